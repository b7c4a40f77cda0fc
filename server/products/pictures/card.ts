import sharp from 'sharp'
import { cardSize } from '../../../shared/scenes.ts'
import { letter, setLines } from './lettering.ts'

const [paper, ink, accent] = ['#f5f6f3', '#17191a', '#ffb81c']
const { width, height } = cardSize
/** Words on the left, the picture on the right. */
const side = 540
const margin = 52

/** What stands on a card. `picture` is an SVG of ours, or the path of a picture file. */
export interface Card { title: string, kicker: string, picture: { svg: string } | { file: string } }

function ground({ title, kicker }: Pick<Card, 'title' | 'kicker'>): string {
  const { size, lines } = setLines(title, { width: side - margin * 2 + 14, lines: 5, sizes: [84, 72, 62, 54, 46] })
  const step = size * 1.02
  const first = height - margin - 6 - step * (lines.length - 1)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="${ink}"/>
    <g transform="translate(${margin} ${margin}) scale(1.5)"><path d="M0 0h14v30H0z" fill="${paper}"/><path d="M0 30 14 16v14z" fill="${accent}"/></g>
    ${letter('Monolith Supply', { x: margin + 38, y: margin + 33, size: 31, fill: paper })}
    ${letter(kicker, { x: margin, y: first - size - 22, size: 27, fill: accent })}
    ${lines.map((line, i) => letter(line, { x: margin - 3, y: first + step * i, size, fill: paper })).join('')}</svg>`
}

/** The card as a JPEG of 1200 × 630, which every site that shows cards can read. */
export async function drawCard(card: Card): Promise<Buffer> {
  const source = 'svg' in card.picture ? sharp(Buffer.from(card.picture.svg), { unlimited: true }) : sharp(card.picture.file, { limitInputPixels: 50_000_000 })
  const picture = await source.resize(width - side, height, { fit: 'cover' }).png().toBuffer()
  return sharp(Buffer.from(ground(card))).composite([{ input: picture, left: side, top: 0 }]).flatten({ background: ink }).jpeg({ quality: 84, chromaSubsampling: '4:4:4', mozjpeg: false }).toBuffer()
}
