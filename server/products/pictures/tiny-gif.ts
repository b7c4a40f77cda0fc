const colours = 8
/** A code that clears the dictionary stands before as many pixels; up to one more, each code after it has four bits. */
const run = 6

type Rgb = [number, number, number]
const distance = (a: Rgb, b: Rgb) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2
const nearest = (palette: Rgb[], pixel: Rgb) => palette.reduce((best, colour, index) => (distance(colour, pixel) < distance(palette[best]!, pixel) ? index : best), 0)

/** k-means, begun with the pixels that are farthest from each other: the same pixels give the same colours. */
function paletteOf(pixels: Rgb[]): Rgb[] {
  const palette: Rgb[] = [pixels[0]!]
  const farness = (pixel: Rgb) => distance(pixel, palette[nearest(palette, pixel)]!)
  while (palette.length < colours) palette.push(pixels.reduce((a, b) => (farness(b) > farness(a) ? b : a)))
  for (let round = 0; round < 8; round++) {
    const groups = palette.map((): Rgb[] => [])
    for (const pixel of pixels) groups[nearest(palette, pixel)]!.push(pixel)
    groups.forEach((group, index) => {
      if (group.length > 0) palette[index] = [0, 1, 2].map(channel => Math.round(group.reduce((sum, pixel) => sum + pixel[channel]!, 0) / group.length)) as Rgb
    })
  }
  return palette
}

/** The whole file of a palette and its codes. */
function fileOf(palette: Uint8Array, codes: Uint8Array, width: number, height: number): Buffer {
  return Buffer.concat([
    Buffer.from('GIF87a'), Buffer.from([width, 0, height, 0, 0b1_010_0_010, 0, 0]), palette,
    Buffer.from([0x2C, 0, 0, 0, 0, width, 0, height, 0, 0, 3, codes.length]), codes, Buffer.from([0, 0x3B]),
  ])
}

/**
 * A GIF of a few pixels in 8 colours, 73 bytes for 6 × 6: the smallest that every browser draws and that keeps its
 * colours, which WebP's are too coarse for at this size. LZW without the use of its dictionary.
 * @param rgb three bytes a pixel, row by row; at most 400 pixels
 */
export function encodeTinyGif(rgb: Uint8Array, width: number): Buffer {
  const pixels = Array.from({ length: rgb.length / 3 }, (_, i): Rgb => [rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!])
  const palette = paletteOf(pixels)
  const [clear, end] = [colours, colours + 1]
  const codes = pixels.flatMap((pixel, i) => (i % run === 0 ? [clear, nearest(palette, pixel)] : [nearest(palette, pixel)])).concat(end, 0)
  return fileOf(Uint8Array.from(palette.flat()), Uint8Array.from({ length: codes.length >> 1 }, (_, i) => codes[i * 2]! | (codes[i * 2 + 1]! << 4)), width, pixels.length / width)
}

/** What two GIFs of one size do not have in common, to be kept in a list of many. */
export const packTinyGif = (gif: Buffer) => Buffer.concat([gif.subarray(13, 13 + colours * 3), gif.subarray(25 + colours * 3, -2)])

/** Undoes `packTinyGif` for a square of `side` pixels. */
export const unpackTinyGif = (packed: Buffer, side: number) => fileOf(packed.subarray(0, colours * 3), packed.subarray(colours * 3), side, side)
