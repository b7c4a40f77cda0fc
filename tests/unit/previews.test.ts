import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { drawPicture, drawingSchema } from '../../server/products/pictures/drawing.ts'
import { packedPreviewOf, previewOfFile, unpackPreview } from '../../server/products/pictures/preview.ts'
import { encodeTinyGif, packTinyGif, unpackTinyGif } from '../../server/products/pictures/tiny-gif.ts'
import { buildCatalogue } from '../../server/products/seed/catalogue.ts'
import { scenePreviews } from '../../shared/scene-previews.ts'
import { coverKey, heroKey, ownShelves } from '../../shared/scenes.ts'

const bytesOf = (uri: string) => Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64')
const pixelsOf = (gif: Buffer) => sharp(gif).removeAlpha().raw().toBuffer()
const meanGap = (a: Uint8Array, b: Uint8Array) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length

describe('a tiny GIF', () => {
  test('of at most eight colours is the very picture, in any shape', async () => {
    const colours = Array.from({ length: 8 }, (_, i) => [i * 36, 255 - i * 30, (i * 97) % 256])
    for (const [width, height] of [[6, 6], [10, 5], [10, 13]] as const) {
      const pixels = Buffer.from(Array.from({ length: width * height }, (_, i) => colours[(i * 5 + (i >> 3)) % 8]!).flat())
      const gif = encodeTinyGif(pixels, width)
      expect(await sharp(gif).metadata()).toMatchObject({ format: 'gif', width, height })
      expect(await pixelsOf(gif)).toEqual(pixels)
    }
  })

  test('of one colour, and of more than eight, comes close', async () => {
    const plain = Buffer.alloc(108, 77)
    expect(await pixelsOf(encodeTinyGif(plain, 6))).toEqual(plain)
    const gradient = Buffer.from(Array.from({ length: 36 }, (_, i) => [i * 7, 128, 255 - i * 7]).flat())
    expect(meanGap(await pixelsOf(encodeTinyGif(gradient, 6)), gradient)).toBeLessThan(8)
  })

  test('is the same after it was packed', () => {
    const gif = encodeTinyGif(Buffer.from(Array.from({ length: 108 }, (_, i) => (i * 53) % 256)), 6)
    expect(unpackTinyGif(packTinyGif(gif), 6)).toEqual(gif)
  })
})

describe('the previews that are written down', () => {
  const pictures = buildCatalogue().flatMap(product => product.pictures)

  test('are there for every picture of the range and every scene', () => {
    expect(pictures.filter(({ preview }) => !/^data:image\/gif;base64,[\w+/]{98}==$/.test(preview ?? ''))).toEqual([])
    expect(Object.keys(scenePreviews).sort()).toEqual([heroKey('wide'), heroKey('tall'), ...ownShelves.map(coverKey)].sort())
  })

  test('show what the drawings show; else run scripts/previews.ts', async () => {
    for (const { drawing, preview, alt } of pictures.filter((_, i) => i % 240 === 0)) {
      const drawn = unpackPreview(await packedPreviewOf(drawPicture(drawingSchema.parse(drawing))))
      // Another build of the renderer may round differently.
      expect(meanGap(await pixelsOf(bytesOf(preview!)), await pixelsOf(bytesOf(drawn))), alt).toBeLessThan(6)
    }
  })
})

describe('a picture file', () => {
  test('gets a preview in its colours, cut to a square', async () => {
    const file = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#c86432' } }).webp().toBuffer()
    const pixels = await pixelsOf(bytesOf((await previewOfFile(file))!))
    expect(pixels).toHaveLength(108)
    expect(meanGap(pixels, Buffer.from(Array.from({ length: 36 }, () => [0xC8, 0x64, 0x32]).flat()))).toBeLessThan(4)
  })

  test('that one can look through gets none: it would be seen behind it', async () => {
    const file = await sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 200, g: 100, b: 50, alpha: 0.5 } } }).webp().toBuffer()
    expect(await previewOfFile(file)).toBeUndefined()
  })
})
