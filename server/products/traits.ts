import { type TraitName, traitNames } from '../../shared/facets.ts'
import type { CatalogueProduct } from './catalogue-product.ts'

/** Each facet's label, and the options and attributes that it is read from. */
export const traitFacets: Readonly<Record<TraitName, { label: string, options: RegExp, attributes: readonly string[] }>> = {
  size: { label: 'Size', options: /^size$/i, attributes: ['format'] },
  frame: { label: 'Frame', options: /^frame$/i, attributes: [] },
  handles: { label: 'Handles', options: /^handles$/i, attributes: [] },
  filling: { label: 'Filling', options: /^filling$/i, attributes: [] },
  ruling: { label: 'Pages', options: /^(?:paper|ruling|pages)$/i, attributes: [] },
  material: { label: 'Material', options: /^(?:material|fabric)$/i, attributes: ['material', 'fabric', 'paper'] },
  finish: { label: 'Finish', options: /^finish$/i, attributes: ['finish'] },
  fit: { label: 'Fit', options: /^fit$/i, attributes: ['fit'] },
  pattern: { label: 'Pattern', options: /^pattern$/i, attributes: ['pattern'] },
}

/** The names of an option that is a colour, of which a product's first counts; Postgres understands the pattern, too. */
export const colourOption = /^colou?r$|^glaze$|^cloth$|^piping$/i
// Both stand in one index row, which Postgres bounds to 2,704 bytes: what is longer or more is no facet.
const longestValue = 40
const mostValues = 24
const mostBytes = { colours: 900, traits: 1_500 }

type Described = Pick<CatalogueProduct, 'options' | 'attributes'>

/** The first of these that fit into an index row beside the others; each counts the four bytes that an array adds. */
function fitting(values: readonly string[], most: number): string[] {
  let bytes = 0
  return [...new Set(values)].slice(0, mostValues).filter((value) => {
    const own = Buffer.byteLength(value) + 4
    if (bytes + own > most) return false
    bytes += own
    return true
  })
}

/** The colours that a product can be had in; at most 24. */
export function coloursOf({ options }: Pick<Described, 'options'>): string[] {
  const colours = options.find(option => colourOption.test(option.name))?.values ?? []
  return fitting(colours.filter(value => value.length <= longestValue), mostBytes.colours)
}

export const traitOf = (name: TraitName, value: string) => `${name}:${value}`

/** `facet:value` for all that a list can be narrowed by, beside the colour; at most 24. */
export function traitsOf({ options, attributes }: Described): string[] {
  const traits = traitNames.flatMap((name) => {
    const from = traitFacets[name]
    const chosen = options.filter(option => from.options.test(option.name)).flatMap(option => option.values)
    const fixed = from.attributes.flatMap(attribute => attributes[attribute] ?? []).filter(value => typeof value === 'string')
    return [...chosen, ...fixed.map(value => value.replace(/^./u, first => first.toUpperCase()))]
      .map(value => value.trim()).filter(value => value && value.length <= longestValue).map(value => traitOf(name, value))
  })
  return fitting(traits, mostBytes.traits)
}

const letterSizes = ['xxs', 'xs', 's', 'm', 'l', 'xl', 'xxl', 'xxxl']

/** Orders sizes as a rail of clothes does, and others by the first number in them, then by name. */
export function compareValues(a: string, b: string): number {
  const placeOf = (value: string) => letterSizes.indexOf(value.toLowerCase())
  const numberOf = (value: string) => Number(/\d+/.exec(value)?.[0] ?? Infinity)
  if (placeOf(a) >= 0 && placeOf(b) >= 0) return placeOf(a) - placeOf(b)
  const [m, n] = [numberOf(a), numberOf(b)]
  return m === n ? a.localeCompare(b, 'en') : m - n
}
