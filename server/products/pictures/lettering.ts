import { glyphs, kerning } from './lettering-glyphs.ts'

const pairs = new Map(Object.entries(kerning).flatMap(([left, moves]) => Object.entries(moves).flatMap(([by, rights]) => [...rights].map((right): [string, number] => [left + right, Number(by)]))))
const fallback = '?'
const tracking = -14

/** Letters that we have no outline for lose their accents, or become a question mark. */
function known(text: string): string[] {
  return [...text.normalize('NFC')].map((letter) => {
    if (Object.hasOwn(glyphs, letter)) return letter
    const plain = letter.normalize('NFD')[0] ?? fallback
    return Object.hasOwn(glyphs, plain) ? plain : fallback
  })
}

const advance = (letter: string, next: string | undefined) => (glyphs[letter]?.[0] ?? 0) + tracking + (next ? pairs.get(letter + next) ?? 0 : 0)

/** The width of one line in user units. */
export function widthOf(text: string, size: number): number {
  const letters = known(text)
  return letters.reduce((sum, letter, i) => sum + advance(letter, letters[i + 1]), 0) * size / 1000
}

/** One line in the display face as a path, its baseline's left end at x, y. */
export function letter(text: string, { x, y, size, fill }: { x: number, y: number, size: number, fill: string }): string {
  const letters = known(text)
  let at = 0
  const outlines = letters.map((one, i) => {
    const placed = glyphs[one]?.[1] ? `<path transform="translate(${at})" d="${glyphs[one][1]}"/>` : ''
    at += advance(one, letters[i + 1])
    return placed
  })
  return `<g transform="translate(${x} ${y}) scale(${size / 1000})" fill="${fill}">${outlines.join('')}</g>`
}

/** Words set in lines of at most `width` (a line break in the text stays one), in the largest of `sizes` that needs no more than `lines`; what is over ends in an ellipsis. */
export function setLines(text: string, { width, lines, sizes }: { width: number, lines: number, sizes: readonly number[] }): { size: number, lines: string[] } {
  let set: { size: number, lines: string[] } = { size: sizes.at(-1) ?? 0, lines: [] }
  for (const size of sizes) {
    const rows: string[] = []
    for (const part of text.trim().split('\n')) {
      part.trim().split(/\s+/).forEach((word, i) => {
        const longer = i ? `${rows.at(-1)} ${word}` : word
        if (i && widthOf(longer, size) <= width) rows[rows.length - 1] = longer
        else rows.push(word)
      })
    }
    set = { size, lines: rows }
    if (rows.length <= lines && rows.every(row => widthOf(row, size) <= width)) return set
  }
  const fits = (row: string) => {
    let cut = row
    while (cut.length > 1 && widthOf(`${cut}…`, set.size) > width) cut = cut.slice(0, -1).trimEnd()
    return `${cut}…`
  }
  return { ...set, lines: set.lines.slice(0, lines).map((row, i) => (widthOf(row, set.size) > width || (i === lines - 1 && set.lines.length > lines) ? fits(row) : row)) }
}
