import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { artVersion, cardKey, coverKey, coverWords, heroKey, ownShelves } from '../../shared/scenes.ts'
import { shelfNotes } from '../../shared/shelf-notes.ts'
import { drawCard } from '../../server/products/pictures/card.ts'
import { drawCover } from '../../server/products/pictures/cover.ts'
import { letter, setLines, widthOf } from '../../server/products/pictures/lettering.ts'
import { categories } from '../../server/products/seed/catalogue.ts'
import { parsePictureFile } from '../../server/products/serve-picture.ts'

const square = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="1200"><rect width="1200" height="1200" fill="#a53"/></svg>'

describe('the scene of a shelf', () => {
  it('is there for each shelf of the range, with words and notes of its own', () => {
    expect(categories.map(({ slug }) => slug)).toEqual([...ownShelves])
    for (const shelf of ownShelves) {
      expect(coverWords[shelf].length).toBeGreaterThan(20)
      expect(shelfNotes(shelf)).toHaveLength(3)
    }
    expect(new Set(ownShelves.map(drawCover)).size).toBe(ownShelves.length)
    expect(shelfNotes('earrings').length).toBeGreaterThan(0)
  })

  it('is the same text each time, and sound', async () => {
    for (const shelf of ownShelves) {
      const svg = drawCover(shelf)
      expect(svg).toBe(drawCover(shelf))
      expect(svg).not.toMatch(/NaN|Infinity|undefined|\[object/)
      expect(await sharp(Buffer.from(svg)).metadata()).toMatchObject({ width: 1600, height: 900 })
    }
  })

  it('has an address that changes with the art, in the sizes of a scene alone', () => {
    expect(heroKey('wide')).toContain(String(artVersion))
    expect(parsePictureFile(coverKey('mugs'), '1920.avif')).toEqual({ key: coverKey('mugs'), width: 1920, format: 'avif' })
    for (const [key, file] of [['hero-wide', '1280.avif'], [`cover-mugs-${artVersion - 1}`, '1280.avif'], ['cover-chairs-2', '1280.avif'], [coverKey('mugs'), '96.avif'], [coverKey('mugs'), '1280.jpg']] as const) {
      expect(parsePictureFile(key, file), `${key}/${file}`).toBeNull()
    }
  })
})

describe('the letters of a card', () => {
  it('are outlines, never text that a machine would need a font for', () => {
    const drawn = letter('Dune & Co £5', { x: 0, y: 0, size: 40, fill: '#fff' })
    expect(drawn).not.toContain('<text')
    expect(drawn.match(/<path/g)).toHaveLength([...'Dune&Co£5'].length)
  })

  it('stand closer in pairs that need it, and do without what is not in the face', () => {
    expect(widthOf('To', 1000)).toBeLessThan(widthOf('T', 1000) + widthOf('o', 1000))
    expect(widthOf('Ž', 100)).toBe(widthOf('Z', 100))
    expect(widthOf('漢', 100)).toBe(widthOf('?', 100))
    expect(letter('<script>', { x: 0, y: 0, size: 10, fill: '#fff' })).not.toContain('script')
  })

  it('never run over: a long name gets smaller, then ends in an ellipsis', () => {
    const room = { width: 400, lines: 3, sizes: [80, 60, 40] }
    expect(setLines('Short', room)).toEqual({ size: 80, lines: ['Short'] })
    expect(setLines('One.\nTwo.', room).lines).toEqual(['One.', 'Two.'])
    for (const text of ['word '.repeat(60), 'x'.repeat(300), `A ${'y'.repeat(80)} b`]) {
      const { size, lines } = setLines(text, room)
      expect(lines.length).toBeLessThanOrEqual(3)
      expect(lines.join('')).toContain('…')
      for (const line of lines) expect(widthOf(line, size)).toBeLessThanOrEqual(400)
    }
  })
})

describe('a card for other sites', () => {
  it('is a JPEG of 1200 × 630, whatever the name', async () => {
    for (const title of ['Tidewater Mug', 'x'.repeat(400), '<&"\u0000']) {
      const bytes = await drawCard({ title, kicker: 'Mugs', picture: { svg: square } })
      expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 1200, height: 630 })
      expect(bytes.length).toBeLessThan(300_000)
    }
  })

  it('has a key that another name or picture changes, and that fits an address', () => {
    const keys = [cardKey('shop'), cardKey('thing', { slug: 'a', name: 'A', picture: 'p' }), cardKey('thing', { slug: 'a', name: 'B', picture: 'p' }), cardKey('thing', { slug: 'a', name: 'A', picture: 'q' }), cardKey('shelf', { slug: 'rings', name: 'Rings', picture: 'p' })]
    expect(new Set(keys).size).toBe(keys.length)
    for (const key of keys) expect(key).toMatch(/^card-(?:shop|shelf|thing)(?:-[a-z0-9-]+)?-[0-9a-f]{8}$/)
  })
})
