import { maxChosen, traitNames } from '#shared/facets'

type LocationQuery = ReturnType<typeof useRoute>['query']

/** What of an address says which products a list shows, without how they are sorted. */
export const choiceNames = ['category', 'colour', ...traitNames] as const
export const filterNames = [...choiceNames, 'min', 'max', 'inStock'] as const

/** The values that an address gives a parameter, each once. */
export function valuesOf(query: LocationQuery, name: string): string[] {
  return [...new Set([query[name] ?? []].flat().map(value => value?.trim()).filter(value => !!value).map(String))].slice(0, maxChosen)
}

export const firstOf = (query: LocationQuery, name: string) => valuesOf(query, name)[0] ?? ''

const amount = /^£?\s*(\d{1,6})(?:[.,](\d{1,2}))?$/

/** Pounds as people write them, in pence; undefined when there are none, NaN when they are no pounds. */
function penceOf(text: string): number | undefined {
  const [, pounds, pence = ''] = amount.exec(text) ?? []
  return text === '' ? undefined : pounds === undefined ? Number.NaN : Number(pounds) * 100 + Number(pence.padEnd(2, '0'))
}

/** The price range of an address in pence; what is none is left out, and said. */
export function priceRange(query: LocationQuery) {
  const problems: { min?: string, max?: string } = {}
  const [min, max] = (['min', 'max'] as const).map((name) => {
    const pence = penceOf(firstOf(query, name))
    if (Number.isNaN(pence)) problems[name] = 'A price in pounds, such as 12 or 12.50.'
    return Number.isNaN(pence) ? undefined : pence
  })
  const turned = min !== undefined && max !== undefined && min > max
  if (turned) problems.max = 'Less than the lowest. Swap the two?'
  return { min, max: turned ? undefined : max, problems }
}

/** The address without some filters, or without one value of one; always from the first page. */
export function addressWithout(query: LocationQuery, names: readonly string[], value?: string) {
  const kept = Object.entries(query).filter(([name]) => name !== 'pages' && name !== 'problem').flatMap(([name, all]): [string, LocationQuery[string]][] => {
    if (!names.includes(name)) return [[name, all]]
    const others = value === undefined ? [] : valuesOf(query, name).filter(one => one !== value)
    return others.length > 0 ? [[name, others]] : []
  })
  return { query: Object.fromEntries(kept) }
}

/** `1 thing`, `23 things`. */
export const countOf = (total: number) => `${total} ${total === 1 ? 'thing' : 'things'}`
