/** What RFC 9111 and RFC 5861 ask of a shared cache, one row a requirement. The runner is in cache-check.ts. */
type Headers = Record<string, string | string[]>

/** What the origin answers; it may look at what it was asked. */
export interface Scripted { status?: number, headers?: Headers, body?: string, /** Closes the connection without an answer. */ hangUp?: true }

export interface Step {
  method?: string
  headers?: Record<string, string>
  /** Added to the case's own address. */
  query?: string
  /** Before it is sent. */
  afterMs?: number
  /** What the origin answers when this step reaches it; a second answer is for one that asks with a condition. */
  answer?: Scripted
  conditional?: Scripted
}

export interface Seen {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
  /** Which of the origin's answers this is, from 1; 0 for none. */
  from: number
}

export interface CacheCase {
  section: string
  name: string
  /** `must` is a requirement; `may` is what a good cache does and none has to. */
  kind: 'must' | 'may'
  steps: Step[]
  /** Whether what was seen at each step is right. `asked` is how often the origin was asked in all. */
  right: (seen: Seen[], asked: number) => boolean
}

interface Options { again?: Partial<Step>, first?: Partial<Step>, kind?: 'must' | 'may', status?: number, right?: (second: Seen, first: Seen) => boolean }

const day = 86_400_000
const httpDate = (ms: number) => new Date(Date.now() + ms).toUTCString()
const pair = (headers: Headers, { again, first, status = 200 }: Options): Step[] => [{ ...first, answer: { status, headers, ...first?.answer } }, { answer: { headers: {} }, ...again }]

/** The second request is answered by the first answer. */
const kept = (section: string, name: string, headers: Headers, options: Options = {}): CacheCase =>
  ({ section, name, kind: options.kind ?? 'must', steps: pair(headers, options), right: ([one, two]) => one!.from === 1 && two!.from === 1 && (options.right?.(two!, one!) ?? true) })
/** The second request reaches the origin. */
const asked = (section: string, name: string, headers: Headers, options: Options = {}): CacheCase =>
  ({ section, name, kind: options.kind ?? 'must', steps: pair(headers, options), right: ([one, two]) => one!.from === 1 && two!.from === 2 && (options.right?.(two!, one!) ?? true) })

const fresh = { 'cache-control': 'max-age=60' }
const tagged = { ...fresh, etag: '"one"' }
const dated = { ...fresh, 'last-modified': httpDate(-30 * day) }
const stale = (extra: string) => ({ 'cache-control': `max-age=1${extra}` })
const laterMs = 2_300
const get = (headers: Record<string, string>, rest: Partial<Step> = {}): Options => ({ again: { headers, ...rest } })
const failing = (extra: string, answer: Scripted, right: (two: Seen) => boolean, section: string, name: string, afterMs = laterMs): CacheCase =>
  ({ section, name, kind: 'must', steps: [{ answer: { headers: stale(extra) } }, { afterMs, answer }], right: ([, two]) => right(two!) })
const invalidated = (method: string): CacheCase => ({
  section: '4.4', name: `a successful ${method} makes what is kept unusable`, kind: 'must',
  steps: [{ answer: { headers: fresh } }, { method, answer: { headers: {} } }, { answer: { headers: {} } }],
  right: ([, , three]) => three!.from === 3,
})
const updated = (name: string, header: string, right: (value: string | string[] | undefined) => boolean): CacheCase => ({
  section: '3.2', name, kind: 'must',
  steps: [
    { answer: { headers: { ...stale(''), etag: '"one"', [header]: header === 'cache-control' ? 'max-age=1' : 'old' } } },
    { afterMs: laterMs, answer: { headers: { 'cache-control': 'max-age=60', 'etag': '"one"', [header]: header === 'cache-control' ? 'max-age=60' : 'new' } }, conditional: { status: 304, headers: { 'cache-control': 'max-age=60', 'etag': '"one"', [header]: header === 'cache-control' ? 'max-age=60' : 'new' } } },
  ],
  right: ([, two]) => right(two!.headers[header]),
})

export const cacheCases: readonly CacheCase[] = [
  // Freshness
  kept('5.2.2.1', 'max-age is freshness', fresh),
  kept('5.2.2.10', 's-maxage is freshness', { 'cache-control': 's-maxage=60' }),
  kept('5.2.2.10', 's-maxage goes before max-age', { 'cache-control': 's-maxage=60, max-age=0' }),
  asked('5.2.2.10', 's-maxage=0 goes before max-age', { 'cache-control': 'max-age=60, s-maxage=0' }),
  asked('5.2.2.1', 'max-age=0 is not fresh', { 'cache-control': 'max-age=0' }),
  asked('4.2', 'max-age ends', stale(''), { again: { afterMs: laterMs, answer: { headers: {} } } }),
  kept('5.2', 'directives are the same in capitals', { 'cache-control': 'MaX-AgE=60' }),
  kept('5.2', 'an unknown directive is passed over', { 'cache-control': 'max-age=60, frobnicate="max-age=0"' }),
  kept('5.2', 'a directive may stand in a second line', { 'cache-control': ['public', 'max-age=60'] }),
  kept('5.3', 'max-age goes before an Expires that is over', { ...fresh, expires: httpDate(-day) }),
  asked('5.3', 'max-age=0 goes before an Expires to come', { 'cache-control': 'max-age=0', 'expires': httpDate(day) }),
  kept('5.3', 'an Expires to come is freshness', { expires: httpDate(day) }, { kind: 'may' }),
  asked('5.3', 'an Expires that is over', { expires: httpDate(-day) }),
  asked('5.3', 'an Expires of 0', { expires: '0' }),
  asked('5.3', 'an Expires that is now', { expires: httpDate(0), date: httpDate(0) }),
  asked('5.3', 'an Expires that is no date', { expires: 'Thu, 18 Aug 2050 02:01:18 AEST' }),
  asked('5.3', 'an Expires with a wrong time zone', { expires: httpDate(day).replace('GMT', 'UTC') }),
  asked('4.2', 'an Expires before its own Date, both to come', { expires: httpDate(day), date: httpDate(2 * day) }),
  asked('4.2.3', 'an Age beyond max-age', { ...fresh, age: '3600' }),
  asked('4.2.3', 'an Age that is max-age', { ...fresh, age: '60' }),
  asked('4.2.3', 'an Age one digit longer than max-age', { 'cache-control': 'max-age=99', 'age': '100' }),
  asked('4.2.3', 'an Age that differs in its last digit', { 'cache-control': 'max-age=3598', 'age': '3599' }),
  kept('4.2.3', 'an Age below max-age', { 'cache-control': 'max-age=3600', 'age': '1800' }),
  kept('4.2.3', 'an Age whose first digit is larger and which is shorter', { 'cache-control': 'max-age=3600', 'age': '900' }),
  asked('4.2.3', 'an Age beyond s-maxage', { 'cache-control': 'max-age=7200, s-maxage=60', 'age': '3600' }),
  asked('5.1', 'an Age of 2^31', { ...fresh, age: '2147483648' }),
  asked('5.1', 'an Age of two members: the first counts', { ...fresh, age: '3600, 0' }),
  asked('5.1', 'an Age of two lines: the first counts', { ...fresh, age: ['3600', '0'] }),
  asked('4.2.3', 'what was nearly over on arrival is over sooner', { ...fresh, age: '59' }, { again: { afterMs: laterMs, answer: { headers: {} } } }),
  asked('4.2.3', 'an Age beyond an Expires', { expires: httpDate(60_000), age: '3600' }),
  // Storing
  asked('5.2.2.5', 'no-store', { 'cache-control': 'no-store' }),
  asked('5.2.2.5', 'no-store beside a freshness', { 'cache-control': 'no-store, max-age=60' }),
  asked('5.2.2.5', 'no-store in a second line', { 'cache-control': ['max-age=60', 'no-store'] }),
  asked('5.2.2.5', 'No-Store in capitals', { 'cache-control': 'max-age=60, No-StOrE' }),
  asked('5.2.2.7', 'private', { 'cache-control': 'private, max-age=60' }),
  asked('5.2.2.7', 'private with an Expires', { 'cache-control': 'private', 'expires': httpDate(day) }),
  asked('5.2.2.4', 'no-cache', { 'cache-control': 'no-cache' }),
  asked('5.2.2.4', 'no-cache beside a freshness', { 'cache-control': 'no-cache, max-age=60' }),
  asked('3.5', 'an answer to Authorization', fresh, { first: { headers: { authorization: 'Bearer one' } } }),
  asked('3.5', 'an answer to Authorization, asked for by another', fresh, { first: { headers: { authorization: 'Bearer one' } }, again: { headers: { authorization: 'Bearer two' }, answer: { headers: {} } } }),
  kept('3.5', 'an answer to Authorization that is public', { 'cache-control': 'public, max-age=60' }, { first: { headers: { authorization: 'Bearer one' } }, kind: 'may' }),
  asked('3', 'an answer to POST', fresh, { first: { method: 'POST' } }),
  asked('3', 'an answer with no freshness and no date', {}),
  kept('3', 'a 404 with a freshness', fresh, { status: 404 }),
  kept('3', 'a 301 with a freshness', { ...fresh, location: '/elsewhere' }, { status: 301 }),
  kept('3', 'a 410 with a freshness', fresh, { status: 410 }),
  kept('4.2.2', 'a Last-Modified long ago is a hint', { 'last-modified': httpDate(-100 * day) }, { kind: 'may' }),
  // The key
  kept('2', 'the same query', fresh, { first: { query: '?a=1' }, again: { query: '?a=1', answer: { headers: {} } } }),
  asked('2', 'another query', fresh, { first: { query: '?a=1' }, again: { query: '?a=2', answer: { headers: {} } } }),
  asked('2', 'another host', fresh, get({ host: 'other.example' }, { answer: { headers: {} } })),
  // Vary
  kept('4.1', 'Vary, and the same header', { ...fresh, vary: 'Foo' }, { first: { headers: { foo: '1' } }, again: { headers: { foo: '1' }, answer: {} } }),
  asked('4.1', 'Vary, and another header', { ...fresh, vary: 'Foo' }, { first: { headers: { foo: '1' } }, again: { headers: { foo: '2' }, answer: {} } }),
  asked('4.1', 'Vary, and no such header', { ...fresh, vary: 'Foo' }, { first: { headers: { foo: '1' } } }),
  asked('4.1', 'Vary, and a header where there was none', { ...fresh, vary: 'Foo' }, get({ foo: '1' }, { answer: {} })),
  kept('4.1', 'a header that Vary does not name', { ...fresh, vary: 'Foo' }, { first: { headers: { foo: '1', bar: '1' } }, again: { headers: { foo: '1', bar: '2' }, answer: {} } }),
  asked('4.1', 'Vary with two names, the second is another', { ...fresh, vary: 'Foo, Bar' }, { first: { headers: { foo: '1', bar: '1' } }, again: { headers: { foo: '1', bar: '2' }, answer: {} } }),
  asked('4.1', 'Vary: *', { ...fresh, vary: '*' }),
  asked('4.1', 'Vary: *, *', { ...fresh, vary: '*, *' }),
  asked('4.1', 'Vary: *, Foo', { ...fresh, vary: '*, Foo' }),
  asked('4.1', 'Vary: Foo, *', { ...fresh, vary: 'Foo, *' }),
  asked('4.1', 'Vary: , *', { ...fresh, vary: ', *' }),
  // Methods
  kept('4', 'HEAD is answered by what GET left', { ...fresh, 'x-kept': 'yes' }, { again: { method: 'HEAD', answer: {} }, right: two => two.headers['x-kept'] === 'yes' && two.body === '' }),
  { section: '4', name: 'GET after HEAD has a body', kind: 'must', steps: [{ method: 'HEAD', answer: { headers: fresh } }, { answer: { headers: fresh } }], right: ([, two]) => two!.body.startsWith('answer ') },
  ...['POST', 'PUT', 'DELETE'].map(invalidated),
  { section: '4.4', name: 'a POST that failed leaves what is kept', kind: 'may', steps: [{ answer: { headers: fresh } }, { method: 'POST', answer: { status: 500 } }, { answer: {} }], right: ([, , three]) => three!.from === 1 },
  // Conditions
  kept('4.3.2', 'If-None-Match that matches is answered 304', tagged, { ...get({ 'if-none-match': '"one"' }), right: two => two.status === 304 }),
  kept('4.3.2', 'If-None-Match in a list', tagged, { ...get({ 'if-none-match': '"zero", "one"' }), right: two => two.status === 304 }),
  kept('4.3.2', 'If-None-Match: *', tagged, { ...get({ 'if-none-match': '*' }), right: two => two.status === 304 }),
  kept('4.3.2', 'If-None-Match compares weakly', tagged, { ...get({ 'if-none-match': 'W/"one"' }), right: two => two.status === 304 }),
  kept('4.3.2', 'If-None-Match that does not match is answered 200', tagged, { ...get({ 'if-none-match': '"two"' }), right: two => two.status === 200 }),
  kept('4.3.2', 'If-Modified-Since the same time is answered 304', dated, { ...get({ 'if-modified-since': dated['last-modified'] }), right: two => two.status === 304 }),
  kept('4.3.2', 'If-Modified-Since a later time is answered 304', dated, { ...get({ 'if-modified-since': httpDate(-day) }), kind: 'may', right: two => two.status === 304 }),
  kept('4.3.2', 'If-Modified-Since an earlier time is answered 200', dated, { ...get({ 'if-modified-since': httpDate(-60 * day) }), right: two => two.status === 200 }),
  kept('4.3.2', 'If-None-Match goes before If-Modified-Since', { ...tagged, ...dated }, { ...get({ 'if-none-match': '"one"', 'if-modified-since': httpDate(-60 * day) }), right: two => two.status === 304 }),
  updated('a header that a fresh validation brings is shown', 'x-test', value => value === 'new'),
  updated('a policy that a fresh validation brings is shown', 'content-security-policy', value => value === 'new'),
  updated('a freshness that a fresh validation brings is shown', 'cache-control', value => value === 'max-age=60'),
  { section: '4.3.3', name: 'another ETag brings another body', kind: 'must', steps: [{ answer: { headers: { ...stale(''), etag: '"one"' } } }, { afterMs: laterMs, answer: { headers: { ...fresh, etag: '"two"' } } }, {}], right: ([, two, three]) => two!.from === 2 && three!.from === 2 && three!.headers.etag === '"two"' },
  // Age and Date
  kept('5.1', 'a kept answer has an Age', fresh, { again: { answer: {} }, right: two => two.headers.age !== undefined }),
  kept('4.2.3', 'a kept answer has the Date of its making', { ...fresh, date: httpDate(-5_000) }, { right: (two, one) => two.headers.date === one.headers.date && Date.parse(String(two.headers.date)) < Date.now() - 3_000 }),
  // Headers
  kept('3.1', 'an unknown header is kept', { ...fresh, 'x-strange': 'a, b' }, { right: two => two.headers['x-strange'] === 'a, b' }),
  kept('3.1', 'what Connection names is not kept', { ...fresh, 'connection': 'x-hop, keep-alive', 'x-hop': '1' }, { right: two => two.headers['x-hop'] === undefined }),
  // While it is made anew, and while we fail
  { section: '5861 3', name: 'stale-while-revalidate shows the old one and asks behind its back', kind: 'must', steps: [{ answer: { headers: stale(', stale-while-revalidate=60') } }, { afterMs: laterMs, answer: { headers: fresh } }, { afterMs: 400 }], right: ([, two, three]) => two!.from === 1 && three!.from === 2 },
  { section: '5861 3', name: 'stale-while-revalidate ends', kind: 'must', steps: [{ answer: { headers: stale(', stale-while-revalidate=1') } }, { afterMs: 4_000, answer: { headers: fresh } }], right: ([, two]) => two!.from === 2 },
  { section: '4.2.4', name: 'nothing stale is shown unasked', kind: 'must', steps: [{ answer: { headers: stale('') } }, { afterMs: laterMs, answer: { headers: fresh } }], right: ([, two]) => two!.from === 2 },
  ...[500, 502, 503, 504].map(status => failing(', stale-if-error=60', { status }, two => two.from === 1 && two.status === 200, '5861 4', `stale-if-error: a ${status} is answered with the old one`)),
  failing(', stale-if-error=60', { hangUp: true }, two => two.from === 1 && two.status === 200, '5861 4', 'stale-if-error: a lost connection is answered with the old one'),
  failing(', stale-if-error=1', { status: 503 }, two => two.status === 503, '5861 4', 'stale-if-error ends', 4_000),
  failing(', stale-if-error=60', { status: 404 }, two => two.status === 404, '5861 4', 'stale-if-error: a 404 is no error, but news'),
  failing(', must-revalidate', { status: 503 }, two => two.status === 503, '5.2.2.2', 'must-revalidate: an error is shown'),
  failing(', must-revalidate, stale-if-error=60', { status: 503 }, two => two.status === 503, '5.2.2.2', 'must-revalidate goes before stale-if-error'),
  failing(', stale-while-revalidate=60, proxy-revalidate', { headers: fresh }, two => two.from === 2, '5.2.2.8', 'proxy-revalidate goes before stale-while-revalidate'),
  // What a client prefers (5.2.1: advisory)
  asked('5.2.1.4', 'a request with no-cache', fresh, { ...get({ 'cache-control': 'no-cache' }, { answer: {} }), kind: 'may' }),
  asked('5.4', 'a request with Pragma: no-cache', fresh, { ...get({ pragma: 'no-cache' }, { answer: {} }), kind: 'may' }),
  asked('5.2.1.1', 'a request with max-age=0', fresh, { ...get({ 'cache-control': 'max-age=0' }, { answer: {} }), kind: 'may' }),
  asked('5.2.1.5', 'the answer to a request with no-store', fresh, { first: { headers: { 'cache-control': 'no-store' } }, kind: 'may' }),
  { section: '5.2.1.7', name: 'only-if-cached, and nothing is', kind: 'may', steps: [{ headers: { 'cache-control': 'only-if-cached' } }], right: ([one], count) => one!.status === 504 && count === 0 },
  kept('5.2.1.7', 'only-if-cached, and it is', fresh, { ...get({ 'cache-control': 'only-if-cached' }), kind: 'may' }),
  // Parts
  kept('3.3', 'a part of what is kept whole', fresh, { first: { answer: { body: '0123456789' } }, ...get({ range: 'bytes=2-4' }), kind: 'may', right: two => two.status === 206 && two.body === '234' }),
  kept('3.3', 'the end of what is kept whole', fresh, { first: { answer: { body: '0123456789' } }, ...get({ range: 'bytes=-2' }), kind: 'may', right: two => two.status === 206 && two.body === '89' }),
  kept('3.3', 'a part, with If-Range of another version', tagged, { first: { answer: { body: '0123456789' } }, ...get({ 'range': 'bytes=2-4', 'if-range': '"two"' }), right: two => two.status === 200 && two.body === '0123456789' }),
]
