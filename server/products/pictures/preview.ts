import sharp, { type Sharp } from 'sharp'
import { encodeTinyGif, packTinyGif, unpackTinyGif } from './tiny-gif.ts'

// A picture in so few pixels that it fits into the page itself: a browser draws it large, and so softly.

const side = 6
const uriOf = (gif: Buffer) => `data:image/gif;base64,${gif.toString('base64')}`

async function encode(image: Sharp, width: number): Promise<Buffer> {
  return encodeTinyGif(await image.resize({ width }).toColourspace('srgb').removeAlpha().raw().toBuffer(), width)
}
const ofDrawing = (svg: string, width: number) => encode(sharp(Buffer.from(svg), { density: 6, unlimited: true }), width)

/** A scene in its own shape as a `data:` URI, 10 pixels wide. */
export const previewOfScene = async (svg: string) => uriOf(await ofDrawing(svg, 10))

/** A square drawing, as `unpackPreview` reads it. */
export const packedPreviewOf = async (svg: string) => packTinyGif(await ofDrawing(svg, side)).toString('base64')

/** A `data:` URI of 122 characters. */
export const unpackPreview = (packed: string) => uriOf(unpackTinyGif(Buffer.from(packed, 'base64'), side))

/**
 * A picture file of ours, cut as its other sizes are: a `data:` URI of 122 characters.
 * @returns undefined for a picture that one can look through, behind which it would be seen for good
 * @throws what sharp says of a file that cannot be decoded
 */
export async function previewOfFile(original: string | Buffer): Promise<string | undefined> {
  const { data, info: { width, height } } = await sharp(original, { limitInputPixels: 50_000_000 })
    .resize({ width: 96, height: 96, fit: 'cover', position: 'attention' }).toColourspace('srgb').ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return undefined
  return uriOf(await encode(sharp(data, { raw: { width, height, channels: 4 } }), side))
}
