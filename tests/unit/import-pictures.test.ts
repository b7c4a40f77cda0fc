import { createServer, get, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fetchPicture, maxPictureBytes, type OpenUrl, openPublicUrl } from '../../server/products/import/fetch-picture.ts'
import { isPublicAddress, publicLookup } from '../../server/products/import/public-address.ts'

test.each(['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '0.0.0.0', '100.64.0.1', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fd00::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'localhost', ''])('%s is no public address', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each(['1.1.1.1', '93.184.215.14', '172.32.0.1', '2606:4700::1111'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

describe('when a picture\'s address leads into a private network', () => {
  test.each(['https://127.0.0.1/a.png', 'https://[::1]/a.png', 'https://2130706433/a.png', 'https://0x7f.1/a.png', 'https://[::ffff:10.0.0.1]/a.png', 'https://localhost/a.png', 'http://1.1.1.1/a.png', 'https://1.1.1.1:22/a.png', 'file:///etc/passwd'])('then %s is not asked', async (address) => {
    await expect(fetchPicture(address)).rejects.toThrow(/not a public address|only https|only the standard port/)
  })

  test('then a name is refused by what it resolves to', async () => {
    const error = await new Promise(resolve => publicLookup('localhost', { all: true }, resolve))
    expect(String(error)).toContain('not a public address')
  })

  test('then a redirect there is refused as well', async () => {
    const address = await serve((_, response) => response.writeHead(302, { location: 'https://127.0.0.1/secret' }).end())
    let hops = 0
    const open: OpenUrl = (url, signal) => (hops++ === 0 ? openPlainly(url, signal) : openPublicUrl(url, signal))
    await expect(fetchPicture(address, { open })).rejects.toThrow('127.0.0.1 is not a public address')
  })
})

/** The guard is tested above; here a server of the test's own stands for the internet. */
const openPlainly: OpenUrl = (url, signal) => new Promise((resolve, reject) => void get(url, { signal }, resolve).once('error', reject))

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/picture`
}

const serveBytes = (bytes: Buffer) => serve((_, response) => response.end(bytes))
const picture = (width = 40, height = 20) => sharp({ create: { width, height, channels: 3, background: '#a33' } })

describe('when a picture is fetched', () => {
  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('then %s becomes WebP', async (format) => {
    const made = await fetchPicture(await serveBytes(await picture().toFormat(format).toBuffer()), { open: openPlainly })
    expect(await sharp(made).metadata()).toMatchObject({ format: 'webp', width: 40, height: 20 })
  })

  test('then it is at most 1,600 pixels wide, upright and without metadata', async () => {
    const photo = await picture(2000, 500).withExif({ IFD0: { Copyright: 'somebody' }, IFD3: { GPSLatitudeRef: 'N' } }).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    expect((await sharp(photo).metadata()).exif).toBeDefined()
    const meta = await sharp(await fetchPicture(await serveBytes(photo), { open: openPlainly })).metadata()
    expect(meta).toMatchObject({ width: 400, height: 1600 })
    expect(meta.exif).toBeUndefined()
  })

  test('then a redirect is followed, but not for ever', async () => {
    const png = await picture().png().toBuffer()
    const once = await serve((request, response) => (request.url === '/picture' ? response.writeHead(301, { location: '/moved' }).end() : response.end(png)))
    await expect(fetchPicture(once, { open: openPlainly })).resolves.toBeInstanceOf(Buffer)
    const loop = await serve((_, response) => response.writeHead(301, { location: '/picture' }).end())
    await expect(fetchPicture(loop, { open: openPlainly })).rejects.toThrow('more than 3 redirects')
  })

  test('then one that is too large, too slow, missing, broken or no picture is refused', async () => {
    const endless = await serve((_, response) => {
      const chunk = Buffer.alloc(maxPictureBytes / 8)
      const more = () => response.destroyed || response.write(chunk, more)
      more()
    })
    await expect(fetchPicture(endless, { open: openPlainly })).rejects.toThrow('larger than')
    await expect(fetchPicture(await serve(() => {}), { open: openPlainly, timeoutMs: 200 })).rejects.toThrow()
    await expect(fetchPicture(await serve((_, response) => response.writeHead(404).end()), { open: openPlainly })).rejects.toThrow('the answer is 404')
    await expect(fetchPicture(await serveBytes(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')), { open: openPlainly })).rejects.toThrow('it is svg')
    await expect(fetchPicture(await serveBytes(Buffer.from('hello')), { open: openPlainly })).rejects.toThrow()
    await expect(fetchPicture(await serveBytes(await picture(8000, 7000).png({ compressionLevel: 9 }).toBuffer()), { open: openPlainly })).rejects.toThrow(/pixel limit/)
  })
})
