import { request } from 'node:http'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../harness/shopper.ts'
import { type Stack, startStack } from '../harness/stack.ts'

let stack: Stack
/** Two instances behind a balancer, which the test plays, and one that strangers reach. */
let behind: [string, string]
let direct: string
let redis: Redis
beforeAll(async () => {
  stack = await startStack({ web: 2, worker: 0, replica: false, env: { RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.0/8,::1' } })
  behind = [stack.urls[0]!, stack.urls[1]!]
  direct = (await stack.startWeb(undefined, { TRUSTED_PROXIES: '' })).url
  redis = new Redis(stack.cache!.url).on('error', () => {})
})
afterAll(async () => {
  redis?.disconnect()
  await stack?.stop()
})

interface Answer { status: number, headers: Record<string, string>, text: string }

/** A request exactly as written; `fetch` would tidy its path. */
function send(base: string, method: string, path: string, { headers = {}, body }: { headers?: Record<string, string>, body?: string } = {}): Promise<Answer> {
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers as Record<string, string>, text }))
    })
    call.on('error', reject).end(body)
  })
}
let customers = 0
/** An address that nobody else in this file has. */
const newAddress = () => `198.51.${Math.floor(++customers / 250)}.${customers % 250 + 1}`
/** As the balancer passes on what this address asks. */
const from = (address: string) => ({ 'x-forwarded-for': `10.0.0.1, ${address}` })
const json = { 'content-type': 'application/json' }
/** Is limited before anybody reads it, and costs nothing after. */
const emptyLogin = (base: string, headers: Record<string, string>) => send(base, 'POST', '/api/auth/login', { headers: { ...json, ...headers }, body: '{}' })
const reset = (base: string, email: string) => send(base, 'POST', '/api/auth/reset', { headers: { ...json, ...from(newAddress()) }, body: JSON.stringify({ email }) })
const passed = (answers: Answer[]) => answers.filter(answer => answer.status !== 429).length

describe('a limit', () => {
  test('when requests of one address go to two instances, then both count together, and a refusal says until when', async () => {
    const address = newAddress()
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => emptyLogin(behind[i % 2]!, from(address))))
    expect(passed(answers)).toBeGreaterThanOrEqual(20)
    expect(passed(answers)).toBeLessThanOrEqual(22)
    const refused = answers.find(answer => answer.status === 429)!
    expect(refused.headers['ratelimit-policy']).toBe('"login";q=20;w=60')
    expect(refused.headers.ratelimit).toMatch(/^"login";r=0;t=\d+$/)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(3)
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'platform/too-many-requests', status: 429 })
  })

  test('when one account is tried from forty addresses, then it has a limit of its own, and both are told', async () => {
    const name = crypto.randomUUID()
    const spellings = [`${name}@example.com`, `${name.toUpperCase()}@Example.com`, ` ${name}@EXAMPLE.COM `]
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => reset(behind[i % 2]!, spellings[i % 3]!)))
    expect(passed(answers)).toBeGreaterThanOrEqual(30)
    expect(passed(answers)).toBeLessThanOrEqual(32)
    const refused = answers.find(answer => answer.status === 429)!
    expect(refused.headers['ratelimit-policy']).toBe('"login";q=20;w=60, "account";q=30;w=60')
    expect(refused.headers.ratelimit).toMatch(/^"login";r=\d+;t=\d+, "account";r=0;t=\d+$/)
    expect((await reset(behind[0], `${crypto.randomUUID()}@example.com`)).status).toBe(202)
  })

  test('when neighbours of one IPv6 network or the mapped form of an IPv4 address ask, then it is one customer', async () => {
    const network = await Promise.all(Array.from({ length: 40 }, (_, i) => emptyLogin(behind[i % 2]!, from(`2001:db8:77:1::${i.toString(16)}`))))
    expect(passed(network)).toBeLessThanOrEqual(22)
    expect((await emptyLogin(behind[0], from('2001:db8:77:2::1'))).status).toBe(422)
    const mapped = await Promise.all(Array.from({ length: 40 }, (_, i) => emptyLogin(behind[i % 2]!, from(['203.0.113.77', '::ffff:203.0.113.77', '::ffff:cb00:714d', '::FFFF:203.0.113.77'][i % 4]!))))
    expect(passed(mapped)).toBeLessThanOrEqual(22)
  })

  test('when a stranger forges headers or writes the path and the form differently, then it is the stranger still', async () => {
    await redis.del('limit:login:127.0.0.1')
    const paths = ['/api/auth/login', '/api/auth/login/', '/api/auth/%6cogin', '/api/auth/login?x=1', '/api/auth/login%3Fx', '/auth/login', '/%61pi/auth/login/']
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => {
      const address = newAddress()
      return send(direct, 'POST', paths[i % paths.length]!, {
        headers: { ...json, 'x-forwarded-for': address, 'x-real-ip': address, 'forwarded': `for=${address}`, 'x-http-method-override': 'GET', 'x-forwarded-host': 'localhost', 'x-nitro-internal': '1', 'via': '1.1 nginx' },
        body: '{}',
      })
    }))
    expect(passed(answers)).toBeLessThanOrEqual(22)
  })

  test('when a page can be reached in several spellings, then each takes from the same limit', async () => {
    const spellings = ['/search', '/search/', '/SEARCH', '/%73earch', '/search?q=mug', '/search%3Fq=mug', '//search', '/./search', '/search#x', '/x/../search', '/search;x', '/\\search', 'http://shop.example/search']
    let reached = 0
    for (const path of spellings) {
      const answer = await send(behind[0], 'GET', path, { headers: from(newAddress()) })
      if (answer.status !== 200) continue
      reached += 1
      expect(answer.headers['ratelimit-policy'], path).toBe('"search";q=80;w=20')
    }
    expect(reached).toBeGreaterThanOrEqual(6)
  })

  test('when pages are rendered, then what they read of our own API is nobody\'s', async () => {
    const address = newAddress()
    for (const key of await redis.keys('limit:reads:*')) await redis.del(key)
    for (const path of ['/', '/products/tidewater-mug', '/categories/mugs', '/search?q=mug', '/cart']) {
      for (const base of behind) await send(base, 'GET', path, { headers: from(address) })
    }
    expect(await redis.keys('limit:reads:*')).toEqual([])
    expect(await redis.keys(`limit:pages:${address}`)).toHaveLength(1)
    expect(await redis.keys('limit:*unknown*')).toEqual([])
  })

  test('when an address has used up its pages, then it reads so in few words, on a page that costs no rendering', async () => {
    const address = newAddress()
    await redis.set(`limit:pages:${address}`, String(Date.now() + 120_000), 'PX', 120_000)
    const answer = await send(behind[0], 'GET', '/', { headers: from(address) })
    expect(answer.status).toBe(429)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.headers['ratelimit-policy']).toBe('"pages";q=600;w=60')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50)
    expect(answer.text).toContain('<h1>That was a lot at once</h1>')
    expect(answer.text).not.toContain('<script')
    expect((await send(behind[0], 'GET', '/_nuxt/no-such.js', { headers: from(address) })).headers['content-type']).toBe('application/problem+json')
  })
})

describe('what is for those who run the shop', () => {
  /** What differs between any two answers. */
  const told = ({ status, headers, text }: Answer, path: string) => {
    const { 'x-request-id': _id, 'server-timing': _timing, date: _date, ratelimit: _left, 'content-length': _length, ...others } = headers
    return { status, headers: others, text: text.replaceAll(path, 'PATH').replaceAll(path.replaceAll('/', '\\u002F'), 'PATH').replace(/"traceId":"\w*"/, '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').slice(0, 2_000) }
  }

  test.each([['/admin', '/nothing'], ['/admin/returns', '/nothing/returns'], ['/demo/mail', '/nothing/mail'], ['/metrics', '/nothing'], ['/api/admin/invariants', '/api/nothing/invariants'], ['/api/demo/mails', '/api/nothing/mails']])('%s is through a trusted proxy like any unknown path, and there without one', async (path, unknown) => {
    const hidden = await send(behind[0], 'GET', path, { headers: from(newAddress()) })
    const nothing = await send(behind[0], 'GET', unknown, { headers: from(newAddress()) })
    const { 'content-security-policy': _policy, ...answered } = told(hidden, path).headers
    const { 'content-security-policy': _other, ...expected } = told(nothing, unknown).headers
    expect(hidden.status).toBe(404)
    expect(answered).toEqual(expected)
    if (path.startsWith('/api')) expect(told(hidden, path).text).toEqual(told(nothing, unknown).text)
    else expect(/<title>.*?<\/title>/.exec(hidden.text)?.[0]).toBe(/<title>.*?<\/title>/.exec(nothing.text)?.[0])
    expect((await send(direct, 'GET', path)).status).not.toBe(404)
  })

  test('no spelling of its paths leads there', async () => {
    const spellings = ['/admin/', '/ADMIN', '//admin', '/./admin', '/%61dmin', '/admin?x=1', '/admin%3Fx', '/admin#x', '/x/../admin', '/\\admin', 'http://shop.example/admin', '/admin;x', '/%2561dmin', '/metrics/', '/%6detrics', '/metrics%3Fx', '/api/admin/invariants/', '/api/%61dmin/invariants', '/api/admin/%69nvariants', '/Demo/Mail', '/demo/mail/', '//demo/mail', '/api/demo/mails/']
    for (const path of spellings) {
      for (const method of ['GET', 'POST', 'HEAD']) {
        const answer = await send(behind[0], method, path, { headers: from(newAddress()) })
        // Some are no address at all.
        expect([400, 404, 405], `${method} ${path}`).toContain(answer.status)
      }
    }
  })

  test('the admin\'s part can be opened, and nothing else with it', async () => {
    const { url, child } = await stack.startWeb(undefined, { ADMIN_THROUGH_PROXY: 'on' })
    try {
      expect((await send(url, 'GET', '/api/admin/invariants', { headers: from(newAddress()) })).status).toBe(401)
      for (const path of ['/metrics', '/demo/mail', '/api/demo/mails']) expect((await send(url, 'GET', path, { headers: from(newAddress()) })).status).toBe(404)
    }
    finally {
      await child.stop()
    }
  })
})

describe('without Redis', () => {
  test('each instance lets its share of log-ins pass, and all of the reads', async () => {
    const count = 3
    await until(async () => redis.zcard('instances:web'), cards => cards === count, { withinMs: 20_000 })
    // Every instance has looked again by then.
    const seen = await redis.zrange('instances:web', 0, -1, 'WITHSCORES')
    await until(async () => redis.zrange('instances:web', 0, -1, 'WITHSCORES'), now => now.length === 2 * count && now.every((value, i) => i % 2 === 0 || !seen.includes(value)), { withinMs: 20_000 })
    await stack.cache!.kill()
    try {
      const address = newAddress()
      const answers = await Promise.all(Array.from({ length: 40 }, () => emptyLogin(behind[0], from(address))))
      expect(passed(answers)).toBeGreaterThanOrEqual(7)
      expect(passed(answers)).toBeLessThanOrEqual(8)
      const reads = await Promise.all(Array.from({ length: 60 }, () => send(behind[0], 'GET', '/api/products?limit=1', { headers: from(address) })))
      expect(reads.map(answer => answer.status)).toEqual(reads.map(() => 200))
    }
    finally {
      await stack.cache!.start()
    }
  })
})
