import sharp from 'sharp'

/** Draws for everybody who asks. */
export async function renderEveryTime({ svg, width }: { svg: () => string, width: number }): Promise<Buffer> {
  return sharp(Buffer.from(svg())).resize({ width }).webp().toBuffer()
}
