import type { CatalogueProduct } from '../catalogue-product.ts'
import { pictureKey, pictureTint } from '../pictures/drawing.ts'
import type { Drawing } from '../pictures/drawing.ts'
import { paletteOf } from '../pictures/palettes.ts'
import { unpackPreview } from '../pictures/preview.ts'
import { createRandom, cycle } from '../pictures/random.ts'
import type { Random } from '../pictures/random.ts'
import type { Kind } from '../pictures/views.ts'
import { altText, patternWords } from './alt-text.ts'
import { care, closings, makings, openings, suffixes } from './copy.ts'
import { allDesigns } from './designs.ts'
import type { Design } from './designs.ts'
import { packedPreviews } from './previews.ts'
import { assort } from './variants.ts'

export { categories } from './copy.ts'

const kinds: readonly Kind[] = ['print', 'mug', 'tote', 'tee', 'notebook', 'cushion']
const newest = Date.UTC(2026, 10, 1, 8)
const dayMs = 86_400_000

export const slugOf = (text: string) => text.toLowerCase().normalize('NFD').replace(/[^\w\s-]/g, '').trim().replace(/[\s_-]+/g, '-')

type Attributes = CatalogueProduct['attributes']

function attributesOf(kind: Kind, random: Random): Attributes {
  switch (kind) {
    case 'print': return { weightGsm: random.pick([240, 280, 310]), inks: random.pick([8, 10, 12]), lightfastYears: random.pick([60, 75, 100]), edition: random.chance(0.3) ? random.pick([100, 250, 500]) : 'open', paper: random.pick(['cotton rag', 'mould-made', 'matt fine-art']) }
    case 'mug': return { capacityMl: [240, 350, 500].map(String), dishwasher: true, microwave: true, firedAtC: random.pick([1220, 1240, 1260]), finish: random.pick(['satin', 'gloss', 'eggshell']) }
    case 'tote': return { weightGsm: random.pick([280, 340, 400]), loadKg: random.pick([12, 15, 18]), widthCm: 38, heightCm: 42, pocket: random.chance(0.6) }
    case 'tee': return { fabric: random.pick(['organic cotton', 'organic cotton', 'cotton and linen', 'recycled cotton']), weightGsm: random.pick([160, 180, 200, 220]), fit: random.pick(['regular', 'relaxed', 'boxy']) }
    case 'notebook': return { pages: random.pick([160, 176, 192]), weightGsm: random.pick([80, 90, 100]), boardMm: random.pick([2, 2.5]), format: random.pick(['A5', 'A5', 'B5', 'A6']), opensFlat: true }
    case 'cushion': return { fabric: random.pick(['washed linen', 'linen and cotton', 'heavy cotton', 'cotton velvet']), weightGsm: random.pick([220, 260, 300]), widthCm: random.pick([45, 50]), zip: true }
  }
}

function facts(kind: Kind, a: Attributes): string[] {
  switch (kind) {
    case 'print': return [`Paper: ${a.paper}, ${a.weightGsm} gsm`, a.edition === 'open' ? 'Open edition' : `Edition of ${a.edition}, numbered on the back`, 'Sizes: A4, A3, 50 × 70 cm']
    case 'mug': return ['240, 350 or 500 ml', `Glaze: ${a.finish}, fired at ${a.firedAtC} °C`, 'Safe in dishwasher and microwave']
    case 'tote': return [`${a.widthCm} × ${a.heightCm} cm, ${a.weightGsm} gsm cotton`, 'Handles: 28 cm short or 66 cm long drop', a.pocket ? 'Inside pocket' : 'Hanging loop inside']
    case 'tee': return [`${a.weightGsm} gsm ${a.fabric}`, `Fit: ${a.fit}`, 'Sizes XS to XXL; an M is 54 cm across the chest']
    case 'notebook': return [`${a.format}, ${a.pages} pages of ${a.weightGsm} gsm`, 'Plain, lined or dotted (5 mm)', 'Ribbon, elastic, pocket at the back']
    case 'cushion': return [`${a.widthCm} × ${a.widthCm} cm`, `Cover: ${a.fabric}, ${a.weightGsm} gsm`, 'Hidden zip; plain back']
  }
}

/** Editions of which nothing is left, away from the first rows; other states of the shelf come by chance. */
const soldOut: ReadonlySet<string> = new Set(['station-buffet-print'])

/** {weight} and the like, from the attributes, so that text and facts can't disagree. */
function fill(template: string, a: Attributes): string {
  const values: Attributes = { weight: a.weightGsm ?? 0, inks: a.inks ?? 0, paper: a.paper ?? '', years: a.lightfastYears ?? 0, heat: a.firedAtC ?? 0, finish: a.finish ?? '', load: a.loadKg ?? 0, fabric: a.fabric ?? '', fit: a.fit ?? '', pages: a.pages ?? 0, board: a.boardMm ?? 0 }
  const text = template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
  return text.replace(/(^|[.] )([a-z])/g, (_, before: string, letter: string) => `${before}${letter.toUpperCase()}`)
}

function describe(kind: Kind, design: Design, a: Attributes, random: Random): string {
  const list = (items: readonly string[]) => `<ul>${items.map(item => `<li>${item}</li>`).join('')}</ul>`
  const first = `<p><em>${design.name}.</em> ${design.note} ${random.pick(openings[kind])}</p>`
  const making = `<p>${fill(random.pick(makings[kind]), a)}</p>`
  const tips = random.shuffle(care[kind]).slice(0, 2)
  const close = `<p>${random.pick(closings)}</p>`
  return random.chance(0.5)
    ? `${first}${making}${list([...facts(kind, a), ...tips])}${close}`
    : `${first}${list(facts(kind, a))}${making}<p><strong>Care.</strong> ${tips.join(' ')}</p>`
}

function build(design: Design, kind: Kind, index: number): CatalogueProduct {
  const name = `${design.name} ${suffixes[kind]}`
  const random = createRandom(`catalogue/${name}`)
  const number = String(index + 1).padStart(3, '0')
  const slug = slugOf(name)
  const { options, variants: made, looks } = assort(kind, `MS-${kind.slice(0, 3).toUpperCase()}-${number}`, random)
  const variants = soldOut.has(slug) ? made.map(variant => ({ ...variant, stock: 0 })) : made
  const own = attributesOf(kind, random)
  const attributes: Attributes = { design: design.name, pattern: patternWords[design.pattern].short, palette: paletteOf(design.palette).name, ...own }
  const layout = kind === 'print' ? random.pick(['panel', 'panel', 'full', 'round'] as const) : random.pick(['full', 'full', 'panel', 'round'] as const)
  const entries = Object.entries(looks.colours)
  const main = cycle(entries, kind === 'print' ? 1 : 0)
  const drawing = (view: Drawing['view'], colour: string): Drawing => ({ kind, pattern: design.pattern, seed: design.seed, palette: design.palette, colour, layout, view })
  const picture = (view: Drawing['view'], [look, colour]: readonly [string, string], optionValue: string | null) => {
    const drawn = drawing(view, colour)
    const key = pictureKey(drawn)
    const packed = packedPreviews[key.slice(0, 10)]
    return { key, tint: pictureTint(drawn), ...(packed && { preview: unpackPreview(packed) }), drawing: drawn, sourceUrl: null, alt: altText(drawn, design.name, look), optionValue }
  }
  const fronts = [main, ...entries.filter(entry => entry !== main)].map(entry => picture('front', entry, entry[0]))
  return {
    slug,
    name,
    category: `${kind}s`,
    description: describe(kind, design, own, random),
    attributes,
    tags: [slugOf(paletteOf(design.palette).name), slugOf(patternWords[design.pattern].short), ...(variants.some(v => v.compareAtMinor) ? ['sale'] : []), ...(typeof own.edition === 'number' ? ['limited'] : [])],
    options,
    variants,
    pictures: [...fronts, picture('angle', main, null), picture('detail', main, null), picture('scene', main, null)],
    publishedAt: new Date(newest - Math.floor((index * 2 + random.next()) * dayMs)).toISOString(),
  }
}

/** The shop's own range, the same on every machine: each design on three kinds of things, newest first. */
export function buildCatalogue(): CatalogueProduct[] {
  const random = createRandom('catalogue')
  const pairs = allDesigns().flatMap((design, i) => {
    // A step of 1, 2 or 5 from a moving start gives every kind the same share.
    const step = cycle([1, 5], Math.floor(i / 6))
    return [0, 1, 2].map(k => ({ design, kind: cycle(kinds, i + k * step) }))
  })
  return random.shuffle(pairs).map(({ design, kind }, index) => build(design, kind, index))
}
