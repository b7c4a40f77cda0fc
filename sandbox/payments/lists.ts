import { missing, invalidRequest } from './errors.ts'
import type { Form } from './form.ts'
import { check, listParams, searchParams } from './parameters.ts'
import type { Intent, PaymentStore, PaymentTables } from './records.ts'

type ListedTable = 'intents' | 'charges' | 'refunds' | 'events'

/**
 * A page of a table, newest first, by Stripe's cursors `starting_after` and `ending_before`.
 * Filters: `created[gte|gt|lte|lt]` in seconds, and `payment_intent`, `charge`, `type` where the record has that field.
 * @throws GatewayError 400
 */
export function listPage<Name extends ListedTable>(store: PaymentStore, table: Name, path: string, form: Form) {
  const params = check(listParams, form)
  const created = { gt: -1, gte: 0, lt: Infinity, lte: Infinity, ...params.created }
  const matching = store.all(table).reverse().filter((record) => {
    const second = record.created
    return second > created.gt && second >= created.gte && second < created.lt && second <= created.lte
      && (['payment_intent', 'charge', 'type'] as const).every(field => params[field] === undefined || fieldOf(record, field) === params[field])
  })
  const { page, hasMore } = window(matching, params)
  return { object: 'list', url: path, has_more: hasMore, data: page.map(record => expanded(store, record, params.expand, 'data.')) }
}

function window<Row extends { id: string }>(rows: Row[], params: { limit: number, starting_after?: string, ending_before?: string }) {
  if (params.ending_before) {
    const end = placeOf(rows, params.ending_before, 'ending_before')
    const start = Math.max(0, end - params.limit)
    return { page: rows.slice(start, end), hasMore: start > 0 }
  }
  const start = params.starting_after ? placeOf(rows, params.starting_after, 'starting_after') + 1 : 0
  return { page: rows.slice(start, start + params.limit), hasMore: rows.length > start + params.limit }
}

function placeOf(rows: { id: string }[], id: string, param: string): number {
  const place = rows.findIndex(row => row.id === id)
  if (place < 0) throw missing('object', id, param, 400)
  return place
}

function fieldOf(record: PaymentTables[ListedTable], field: string): unknown {
  return (record as unknown as Record<string, unknown>)[field]
}

/**
 * GET /v1/payment_intents/search: clauses `metadata['name']:'value'`, `status:'…'` and `currency:'…'`, joined by AND.
 * Unlike the real search it sees every write at once.
 * @throws GatewayError 400 for any other query
 */
export function searchIntents(store: PaymentStore, form: Form) {
  const params = check(searchParams, form)
  const wanted = clauses(params.query)
  const found = store.all('intents').reverse().filter(intent => wanted.every(matches => matches(intent)))
  const start = params.page ? Number(params.page) : 0
  if (!Number.isSafeInteger(start) || start < 0) throw invalidRequest('Invalid page', { param: 'page' })
  const end = start + params.limit
  const hasMore = found.length > end
  return {
    object: 'search_result',
    url: '/v1/payment_intents/search',
    has_more: hasMore,
    next_page: hasMore ? String(end) : null,
    data: found.slice(start, end).map(intent => expanded(store, intent, params.expand, 'data.')),
  }
}

function clauses(query: string): ((intent: Intent) => boolean)[] {
  return query.split(/\s+AND\s+/i).map((clause) => {
    const match = /^(?:metadata\[(['"])(?<name>[^'"]+)\1\]|(?<field>status|currency)):(['"])(?<value>(?:\\.|(?!\4).)*)\4$/.exec(clause.trim())
    const { name, field, value = '' } = match?.groups ?? {}
    if (!match) throw invalidRequest('We were unable to parse your search query.', { param: 'query' })
    const plain = value.replaceAll(/\\(.)/g, '$1')
    return intent => (name ? intent.metadata[name] : intent[field as 'status' | 'currency']) === plain
  })
}

/** Replaces the ids that `expand` names by their objects: `latest_charge` of an intent, `payment_intent` of a refund or charge. */
export function expanded(store: PaymentStore, record: object, expand: string[] | undefined, prefix: '' | 'data.'): object {
  const copy: Record<string, unknown> = { ...record }
  for (const path of expand ?? []) {
    const field = path.startsWith(prefix) ? path.slice(prefix.length) : path
    const id = copy[field]
    if (typeof id !== 'string') continue
    if (field === 'latest_charge' || field === 'charge') copy[field] = store.get('charges', id) ?? id
    else if (field === 'payment_intent') copy[field] = store.get('intents', id) ?? id
    else throw invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' })
  }
  return copy
}
