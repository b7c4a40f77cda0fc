import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import sharp from 'sharp'
import { publicLookup, refuseUnsafeUrl } from './public-address.ts'

export const maxPictureBytes = 10_000_000
const maxPixels = 50_000_000
const maxSide = 1_600
const maxRedirects = 3

/** Asks for one URL; does not follow redirects. @throws {RefusedAddress} unless it is https on a public address */
export type OpenUrl = (url: URL, signal: AbortSignal) => Promise<IncomingMessage>

export const openPublicUrl: OpenUrl = (url, signal) => new Promise((resolve, reject) => {
  refuseUnsafeUrl(url)
  get(url, { lookup: publicLookup, signal, agent: false, headers: { 'accept': 'image/avif,image/webp,image/png,image/jpeg', 'user-agent': 'monolith-supply-import' } }, resolve).once('error', reject)
})

/**
 * Downloads a picture and makes it anew: as WebP, at most 1,600 px a side, upright, without metadata. What the other
 * side sent is never stored as it came.
 * @param timeoutMs for all of the download, redirects included
 * @throws with the reason, when it can't be had within its limits or is no JPEG, PNG, WebP or AVIF of at most 50 megapixels
 */
export async function fetchPicture(address: string, { timeoutMs = 5_000, open = openPublicUrl }: { timeoutMs?: number, open?: OpenUrl } = {}): Promise<Buffer> {
  const signal = AbortSignal.timeout(timeoutMs)
  // A name that hangs in the resolver does not hear of the signal.
  const late = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error(`not within ${timeoutMs} ms`)), { once: true }))
  return await redraw(await Promise.race([download(new URL(address), open, signal), late]))
}

async function download(url: URL, open: OpenUrl, signal: AbortSignal): Promise<Buffer> {
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await open(url, signal)
    const { statusCode = 0, headers } = response
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      response.destroy()
      url = new URL(headers.location, url)
      continue
    }
    if (statusCode !== 200) {
      response.destroy()
      throw new Error(`the answer is ${statusCode}`)
    }
    return readLimited(response)
  }
  throw new Error(`more than ${maxRedirects} redirects`)
}

async function readLimited(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxPictureBytes) throw new Error(`it is larger than ${maxPictureBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function redraw(bytes: Buffer): Promise<Buffer> {
  const image = sharp(bytes, { limitInputPixels: maxPixels, autoOrient: true })
  const { format, compression } = await image.metadata()
  const known = ['jpeg', 'png', 'webp'].includes(format) || (format === 'heif' && compression === 'av1') || String(format) === 'avif'
  if (!known) throw new Error(`it is ${format}, not JPEG, PNG, WebP or AVIF`)
  return image.resize({ width: maxSide, height: maxSide, fit: 'inside', withoutEnlargement: true }).webp({ quality: 86 }).timeout({ seconds: 10 }).toBuffer()
}
