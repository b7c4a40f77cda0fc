import sharp from 'sharp'
import type { PictureShelf } from '../../shared/schemas/admin-products.ts'
import type { Answer, Maybe, TestShopper } from './shopper.ts'

/** A picture as a camera makes it: with noise that does not compress, lying on its side, and saying where it was taken. */
export async function photograph({ width = 600, height = 400, format = 'jpeg' as 'jpeg' | 'png' | 'webp' | 'avif' } = {}): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#c86432' } })
    .withMetadata({ orientation: 6 }).withExifMerge({ IFD0: { Copyright: 'SECRET-COPYRIGHT' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
    .toFormat(format).toBuffer()
}

/** Sends a file as the back office's page does. */
export async function sendPicture(admin: TestShopper, slug: string, file: Uint8Array | ReadableStream<Uint8Array>, { alt = 'A mug on a table', type = 'image/jpeg', headers = {} }: { alt?: string, type?: string, headers?: Record<string, string> } = {}): Promise<Answer<Maybe<PictureShelf>>> {
  const response = await fetch(`${admin.baseUrl}/api/admin/products/${slug}/pictures?alt=${encodeURIComponent(alt)}`, {
    method: 'POST', headers: { 'cookie': admin.cookie, 'content-type': type, ...headers }, body: file as BodyInit, signal: AbortSignal.timeout(30_000),
    ...(file instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit)
  const text = await response.text()
  return { status: response.status, body: JSON.parse(text) as Maybe<PictureShelf>, headers: response.headers }
}
