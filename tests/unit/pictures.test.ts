import { readdirSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drawingSchema, drawPicture, pictureKey, pictureTint } from '../../server/products/pictures/drawing.ts'
import type { Drawing } from '../../server/products/pictures/drawing.ts'
import { drawHero } from '../../server/products/pictures/hero.ts'
import { palettes } from '../../server/products/pictures/palettes.ts'
import { patternNames } from '../../server/products/pictures/patterns/index.ts'
import { drawPlaceholder } from '../../server/products/pictures/placeholder.ts'
import { cycle } from '../../server/products/pictures/random.ts'
import { createPictureRenderer, PictureSizeError } from '../../server/products/pictures/render.ts'

const sample: Drawing = { kind: 'mug', pattern: 'scale', seed: 11, palette: 'salt', colour: 'ink', layout: 'full', view: 'front' }

/** Every kind in every view in every layout, with patterns and palettes taking turns. */
const gallery: Drawing[] = (['print', 'mug', 'tote', 'tee', 'notebook', 'cushion'] as const).flatMap((kind, k) =>
  (['front', 'angle', 'detail', 'scene'] as const).flatMap((view, v) =>
    (['full', 'panel', 'round'] as const).map((layout, l): Drawing => {
      const i = k * 12 + v * 3 + l
      return { kind, view, layout, pattern: cycle(patternNames, i), seed: i, palette: cycle(Object.keys(palettes), i), colour: kind === 'print' ? 'oak' : 'kelp' }
    })))

const broken = /NaN|Infinity|undefined|\[object/

describe('drawing a product picture', () => {
  it('gives the same text for the same drawing', () => {
    expect(drawPicture({ ...sample })).toBe(drawPicture(sample))
  })

  it('is valid SVG of 1200 × 1200 with sound numbers and no text, for every kind, view and layout', async () => {
    for (const drawing of gallery) {
      const svg = drawPicture(drawingSchema.parse(drawing))
      expect(svg).not.toMatch(broken)
      expect(svg).not.toContain('<text')
      const { format, width, height } = await sharp(Buffer.from(svg)).metadata()
      expect({ format, width, height }).toEqual({ format: 'svg', width: 1200, height: 1200 })
    }
  }, 30_000)

  it('draws every pattern in sound numbers on a curved thing, where projections can fail', () => {
    for (const pattern of patternNames) {
      for (const kind of ['mug', 'cushion', 'tote'] as const) {
        const svg = drawPicture({ ...sample, kind, pattern })
        expect(svg).not.toMatch(broken)
        expect(svg.length).toBeLessThan(700_000)
      }
    }
  })

  it('refers only to gradients, clips and filters that it defines', () => {
    for (const drawing of gallery) {
      const svg = drawPicture(drawing)
      const defined = new Set([...svg.matchAll(/ id="(d\d+)"/g)].map(match => match[1]))
      for (const [, id] of svg.matchAll(/url\(#(d\d+)\)/g)) expect(defined).toContain(id)
    }
  })

  it('shows another colour, seed or palette as another picture', () => {
    const others = [{ colour: 'salt' }, { seed: 12 }, { palette: 'kelp' }, { pattern: 'tile' as const }, { layout: 'panel' as const }, { view: 'angle' as const }]
    const texts = others.map(change => drawPicture({ ...sample, ...change }))
    expect(new Set([drawPicture(sample), ...texts]).size).toBe(others.length + 1)
  })

  it('refuses a palette or colour that nobody mixed', () => {
    expect(drawingSchema.safeParse({ ...sample, palette: 'beige' }).success).toBe(false)
    expect(drawingSchema.safeParse({ ...sample, colour: 'toString' }).success).toBe(false)
    expect(drawingSchema.safeParse({ ...sample, extra: 1 }).success).toBe(false)
    expect(() => drawPicture({ ...sample, palette: 'beige' })).toThrow(RangeError)
  })
})

describe('a picture’s key', () => {
  it('is 20 hex digits, the same whatever the order of the fields', () => {
    const turned = Object.fromEntries(Object.entries(sample).reverse()) as Drawing
    expect(pictureKey(sample)).toMatch(/^[0-9a-f]{20}$/)
    expect(pictureKey(turned)).toBe(pictureKey(sample))
  })

  it('differs between any two drawings', () => {
    expect(new Set(gallery.map(pictureKey)).size).toBe(gallery.length)
  })

  it('comes with a tint for the box', () => {
    for (const drawing of gallery) expect(pictureTint(drawing)).toMatch(/^#[0-9a-f]{6}$/)
  })
})

describe('placeholders and heroes', () => {
  it('draws the same placeholder for the same text, and parcels of different colours', async () => {
    expect(drawPlaceholder('lamp')).toBe(drawPlaceholder('lamp'))
    expect(new Set(['lamp', 'chair', 'kettle'].map(drawPlaceholder)).size).toBe(3)
    expect((await sharp(Buffer.from(drawPlaceholder('<&"'))).metadata()).width).toBe(1200)
  })

  it('draws a wide and a tall still life', async () => {
    for (const [shape, width, height] of [['wide', 2400, 1200], ['tall', 1200, 1500]] as const) {
      const svg = drawHero({ shape })
      expect(svg).not.toMatch(broken)
      expect(await sharp(Buffer.from(svg)).metadata()).toMatchObject({ width, height })
    }
  })
})

describe('rendering', () => {
  const tiny = '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="1200" viewBox="0 0 1200 1200"><rect width="1200" height="1200" fill="#a53"/></svg>'
  let directory = ''
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pictures-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('when twenty ask for one picture at once, then it is drawn once', async () => {
    const renderer = createPictureRenderer({ directory, concurrency: 2 })
    let drawn = 0
    const svg = () => {
      drawn++
      return tiny
    }
    const answers = await Promise.all(Array.from({ length: 20 }, () => renderer.render({ key: 'one', svg, width: 96, format: 'webp' })))
    expect(drawn).toBe(1)
    expect(new Set(answers.map(answer => answer.etag)).size).toBe(1)
  })

  it('when the process is a new one, then the file on disk is served without drawing', async () => {
    const first = await createPictureRenderer({ directory, concurrency: 1 }).render({ key: 'kept', svg: () => tiny, width: 96, format: 'avif' })
    const svg = () => {
      throw new Error('drawn again')
    }
    const second = await createPictureRenderer({ directory, concurrency: 1 }).render({ key: 'kept', svg, width: 96, format: 'avif' })
    expect(second).toEqual(first)
    expect(await readdir(directory)).toEqual(['kept-96.avif'])
  })

  it('never has more under way than it may, and all finish', async () => {
    const renderer = createPictureRenderer({ directory, concurrency: 2 })
    let started = 0
    await Promise.all(Array.from({ length: 6 }, (_, i) => renderer.render({
      key: `many-${i}`,
      width: 96,
      format: 'webp',
      svg: () => {
        // A place is free only once the file that held it has its name.
        started++
        const done = readdirSync(directory).filter(name => name.endsWith('.webp')).length
        expect(started - done).toBeLessThanOrEqual(2)
        return tiny
      },
    })))
    expect(await readdir(directory)).toHaveLength(6)
  })

  it('when a drawing fails, then the next request tries again and no place is lost', async () => {
    const renderer = createPictureRenderer({ directory, concurrency: 1 })
    const request = { key: 'flaky', width: 96, format: 'webp' as const }
    await expect(renderer.render({ ...request, svg: () => '<svg' })).rejects.toThrow()
    expect((await renderer.render({ ...request, svg: () => tiny })).bytes.length).toBeGreaterThan(0)
  })

  it('when the directory can’t be written, then the picture is still served', async () => {
    const file = join(directory, 'a-file')
    await writeFile(file, '')
    const renderer = createPictureRenderer({ directory: file, concurrency: 1 })
    expect((await renderer.render({ key: 'x', svg: () => tiny, width: 96, format: 'webp' })).bytes.length).toBeGreaterThan(0)
  })

  it('refuses a width, a format or a key that is not allowed, before drawing', async () => {
    const renderer = createPictureRenderer({ directory, concurrency: 1 })
    const good = { key: 'a', svg: () => tiny, width: 96, format: 'webp' as const }
    await expect(renderer.render({ ...good, width: 97 })).rejects.toThrow(PictureSizeError)
    await expect(renderer.render({ ...good, key: '../etc/passwd' })).rejects.toThrow(PictureSizeError)
    await expect(renderer.render({ ...good, format: 'png' as 'webp' })).rejects.toThrow(PictureSizeError)
    expect(await readdir(directory)).toEqual([])
  })

  it('gives the width and the shape that were asked for', async () => {
    const { bytes } = await createPictureRenderer({ directory, concurrency: 1 }).render({ key: 'cut', svg: () => tiny, width: 320, format: 'webp', aspect: 0.8 })
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 320, height: 400 })
  })
})
