/**
 * What a shopper gets on each page when each thing that the shop needs breaks in each way: the table that
 * `tests/fault/matrix.test.ts` holds the shop to, and `docs/proofs.md` shows.
 *
 * `OK` normal; `OK+` works, slower; `STALE` from what was kept; `DEG` works without the part that is named; `503` refused
 * at once, with `Retry-After`, a sentence, and the cart kept; `pending` the order stands, and the bank is asked later.
 */
import { long } from '../../harness/long.ts'

/** `fresh` asks what nobody asked before, so that no cache has it; `kept` what was asked a moment ago; `own` is one shopper's. */
export const pages = {
  home: { title: 'home', asks: 'kept' },
  category: { title: 'category', asks: 'fresh' },
  search: { title: 'search', asks: 'fresh' },
  product: { title: 'product', asks: 'fresh' },
  cart: { title: 'cart', asks: 'own' },
  add: { title: 'add to cart', asks: 'own' },
  login: { title: 'log in', asks: 'own' },
  pay: { title: 'check out and pay', asks: 'own' },
  order: { title: 'own order', asks: 'own' },
} as const
export type Page = keyof typeof pages

export type Outcome = 'OK' | 'OK+' | 'STALE' | 'DEG(recommendations)' | '503' | 'pending'
export type Broken = 'primary' | 'replica' | 'both databases' | 'cache' | 'queue' | 'recommendations' | 'gateway' | 'carrier' | 'mail' | 'app instance'
export type Fault = 'down' | 'hung' | 'slow' | 'flapping' | 'garbage' | 'corrupt entries' | 'hostile markup' | 'kill -9' | 'SIGTERM' | 'frozen'

export interface Row {
  broken: Broken
  fault: Fault
  /** More than one outcome only where luck decides which call meets the fault. */
  cells: Partial<Record<Page, Outcome | readonly Outcome[]>>
}

const same = <O extends Outcome | readonly Outcome[]>(outcome: O, ...of: Page[]) => Object.fromEntries(of.map(page => [page, outcome])) as Partial<Record<Page, O>>
const every = Object.keys(pages) as Page[]
const allOk = same('OK', ...every)
const browsing = same('OK', 'home', 'category', 'search', 'product')
const looking = { ...browsing, ...same('OK', 'cart', 'order') }
const noWrites = { ...looking, ...same('503', 'add', 'login', 'pay') }
/** Slow enough to be noticed, too fast to be given up. */
const slowWrites = { ...browsing, ...same('OK+', 'cart', 'add', 'login', 'pay', 'order') }
const someWrites = { ...looking, ...same(['OK', '503'], 'add', 'login', 'pay') }
const buying = same('OK', 'home', 'add', 'pay', 'order')
const noAdvice = { ...same('OK', 'home', 'cart', 'pay', 'order'), product: 'DEG(recommendations)' } as const
const beforeTheBank = same('OK', 'home', 'product', 'cart', 'add', 'order')
const parcels = same('OK', 'home', 'pay', 'order')
const elsewhere = same('OK', 'home', 'category', 'product', 'cart', 'add', 'login', 'pay', 'order')

export const rows: readonly Row[] = [
  { broken: 'primary', fault: 'down', cells: noWrites },
  { broken: 'primary', fault: 'hung', cells: noWrites },
  { broken: 'primary', fault: 'slow', cells: slowWrites },
  { broken: 'primary', fault: 'flapping', cells: someWrites },
  { broken: 'primary', fault: 'garbage', cells: noWrites },

  { broken: 'replica', fault: 'down', cells: allOk },
  { broken: 'replica', fault: 'hung', cells: allOk },
  { broken: 'replica', fault: 'slow', cells: allOk },
  { broken: 'replica', fault: 'flapping', cells: allOk },
  { broken: 'replica', fault: 'garbage', cells: allOk },

  { broken: 'both databases', fault: 'down', cells: { home: 'STALE', ...same('503', 'category', 'search', 'product', 'cart', 'add', 'login', 'pay', 'order') } },

  { broken: 'cache', fault: 'down', cells: allOk },
  { broken: 'cache', fault: 'hung', cells: allOk },
  { broken: 'cache', fault: 'slow', cells: allOk },
  { broken: 'cache', fault: 'flapping', cells: allOk },
  { broken: 'cache', fault: 'garbage', cells: allOk },
  { broken: 'cache', fault: 'corrupt entries', cells: allOk },

  { broken: 'recommendations', fault: 'down', cells: noAdvice },
  { broken: 'queue', fault: 'down', cells: buying },
  { broken: 'recommendations', fault: 'hung', cells: noAdvice },
  { broken: 'queue', fault: 'hung', cells: buying },
  { broken: 'recommendations', fault: 'slow', cells: noAdvice },
  { broken: 'queue', fault: 'garbage', cells: buying },
  { broken: 'recommendations', fault: 'flapping', cells: { ...noAdvice, product: ['OK', 'DEG(recommendations)'] } },
  { broken: 'carrier', fault: 'down', cells: parcels },
  { broken: 'recommendations', fault: 'garbage', cells: noAdvice },
  { broken: 'carrier', fault: 'hung', cells: parcels },
  { broken: 'recommendations', fault: 'hostile markup', cells: noAdvice },
  { broken: 'carrier', fault: 'garbage', cells: parcels },
  { broken: 'mail', fault: 'down', cells: parcels },
  { broken: 'mail', fault: 'hung', cells: parcels },
  { broken: 'mail', fault: 'garbage', cells: parcels },

  { broken: 'gateway', fault: 'down', cells: { ...beforeTheBank, pay: '503' } },
  { broken: 'gateway', fault: 'hung', cells: { ...beforeTheBank, pay: 'pending' } },
  { broken: 'gateway', fault: 'slow', cells: { ...beforeTheBank, pay: 'OK+' } },
  { broken: 'gateway', fault: 'flapping', cells: { ...beforeTheBank, pay: ['OK', 'pending', '503'] } },
  { broken: 'gateway', fault: 'garbage', cells: { ...beforeTheBank, pay: '503' } },

  { broken: 'app instance', fault: 'frozen', cells: elsewhere },
  { broken: 'app instance', fault: 'SIGTERM', cells: elsewhere },
  { broken: 'app instance', fault: 'kill -9', cells: elsewhere },
]

export const outcomesOf = (cell: Outcome | readonly Outcome[]): readonly Outcome[] => typeof cell === 'string' ? [cell] : cell

/** How often the pages are visited while it is broken: `then` is when the breakers know. */
export type Visit = 'first' | 'then'
const promisedVisits = ({ fault }: Pick<Row, 'fault'>): readonly Visit[] => ['down', 'hung', 'flapping'].includes(fault) ? ['first', 'then'] : ['first']
/** Where the breaker is what is promised: without it, every visit would wait as the first one did. */
const refusedAtOnce: readonly `${Broken} ${Fault}`[] = ['primary down', 'primary hung', 'both databases down', 'cache hung', 'gateway down', 'gateway hung']
/** `then` is looked at in every row in the long run; else where the first visit alone would prove too little. */
export const visitsOf = (row: Pick<Row, 'broken' | 'fault'>): readonly Visit[] =>
  long || refusedAtOnce.includes(`${row.broken} ${row.fault}`) ? promisedVisits(row) : ['first']

/** How long each request of a cell may take, as it is told; `normal` is that of the same page when all is well. */
const budgets = {
  /** Twice the normal, with half a second for a machine that does something else besides. */
  'normal': (normalMs: number) => 2 * normalMs + 500,
  'normal + 150 ms': (normalMs: number) => 2 * normalMs + 150,
  'normal + 250 ms': (normalMs: number) => 2 * normalMs + 500 + 250,
  '1 s': (normalMs: number) => 1_000 + normalMs,
  '3 s': (normalMs: number) => 3_000 + normalMs,
  '10 s': () => 10_000,
} as const
export type Budget = keyof typeof budgets

/** The budget of a cell, by what breaks and how. */
export function budgetOf({ broken, fault, cells }: Row, page: Page, visit: Visit): Budget {
  const outcomes = outcomesOf(cells[page]!)
  if (outcomes.includes('pending') || outcomes.includes('OK+')) return '10 s'
  if (fault === 'flapping' || broken === 'app instance') return '3 s'
  if (broken === 'recommendations') return page === 'product' ? 'normal + 150 ms' : 'normal'
  if (broken === 'cache') return 'normal + 250 ms'
  // What everybody sees alike comes from the replica: nobody asks the primary for it.
  if (broken === 'primary' && pages[page].asks !== 'own') return 'normal'
  if (visit === 'first' && (broken === 'primary' || broken === 'replica' || broken === 'both databases')) return '3 s'
  return outcomes.includes('503') ? '1 s' : 'normal'
}
/** Whoever shares the machine may stop the whole shop: `stallMs` is what a request took that touches nothing, while the page was visited. */
export const budgetMs = (budget: Budget, normalMs: number, stallMs: number): number => Math.min(10_000, Math.round(budgets[budget](normalMs) + 2 * stallMs))

/** A cell as `docs/proofs.md` shows it: what is seen, and within which budget, at both visits of the long run. */
export function cellText(row: Row, page: Page): string {
  const cell = row.cells[page]
  if (!cell) return ''
  const within = [...new Set(promisedVisits(row).map(visit => budgetOf(row, page, visit).replace('normal + ', '+ ')))]
  const seen = outcomesOf(cell).join(' or ')
  return within.join() === 'normal' ? seen : `${seen} (${within.join(', then ')})`
}
