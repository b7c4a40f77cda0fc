import { traitNames } from '../../../shared/facets.ts'
import { sortOrders } from '../../../shared/schemas/products.ts'
import { reviewOrders } from '../../../shared/schemas/reviews.ts'

/** What a parameter's values become in the one address that stands for all spellings; null when no page is kept for them. */
type Shape = (values: readonly string[]) => readonly string[] | null

const longest = 120
const mostOfOne = 3
const mostPages = 20

const once = (shape: (value: string) => readonly string[] | null): Shape => values => (values.length > 1 || (values[0]?.length ?? 0) > longest ? null : values[0] ? shape(values[0]) : [])
const oneOf = (...known: readonly string[]): Shape => once(value => (known.includes(value) ? [value] : []))
// Whole pounds are what people choose; a page for each penny would be another's memory.
const pounds = once(value => (/^\d{1,4}$/.test(value) ? [String(Number(value))] : null))
const pages = once((value) => {
  const wanted = Math.min(mostPages, Number.parseInt(value) || 1)
  return wanted > 1 ? [String(wanted)] : []
})
const several: Shape = (values) => {
  const different = [...new Set(values.map(value => value.trim()).filter(Boolean))].sort()
  return different.length > mostOfOne || different.some(value => value.length > 60) ? null : different
}

const facets = ['category', 'colour', ...traitNames] as const
/** How a listing may be narrowed, in the order of its key. */
export const listingParameters = [...facets, 'min', 'max', 'inStock', 'sort', 'pages'] as const

const shapes: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(facets.map(name => [name, several])),
  q: once(value => [value]), min: pounds, max: pounds, inStock: oneOf('1'), sort: oneOf(...sortOrders, ...reviewOrders), pages, cursor: once(value => [value]),
}

/** With more values than this altogether a page is made for the one who asks: their combinations have no end. */
const mostValues = 5

/**
 * The given parameters as the page's address has them: known ones alone, in one order and spelling.
 * @returns null for what is rendered for its one visitor
 */
export function canonicalParameters(names: readonly string[], given: URLSearchParams): URLSearchParams | null {
  const wanted = new URLSearchParams()
  for (const name of names) {
    const values = shapes[name]?.(given.getAll(name)) ?? null
    if (!values) return null
    for (const value of values) wanted.append(name, value)
  }
  return facets.reduce((count, name) => count + wanted.getAll(name).length, 0) > mostValues ? null : wanted
}
