import { connect } from 'node:net'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keepAskingAt, type ScriptedInstance, startInstance, startTestEdgeProcesses, type TestEdge } from '../harness/edge.ts'
import { until } from '../harness/shopper.ts'

let edge: TestEdge
let instances: ScriptedInstance[]
/** What an instance does; by default it says its name. */
let behave: (name: string, request: IncomingMessage, response: ServerResponse) => void
const sayName: typeof behave = (name, _, response) => void response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'private, no-store' }).end(name)

beforeAll(async () => {
  instances = await Promise.all(['a', 'b', 'next'].map(name => startInstance((request, response) => behave(name, request, response))))
  const [a, b, next] = instances as [ScriptedInstance, ScriptedInstance, ScriptedInstance]
  edge = await startTestEdgeProcesses({ instances: { 'web': [a.address, b.address], 'web-next': [next.address] }, variables: { EDGE_SLOW_CLIENT: '1s', EDGE_CONNECTIONS_PER_ADDRESS: '40' } })
})
afterAll(async () => {
  await edge?.stop()
  await Promise.all(instances.map(one => one.kill()))
})
/** A page that nobody has asked for. */
let page: string
let pages = 0
beforeEach(async () => {
  behave = sayName
  page = `/products/mug-${++pages}`
  for (const one of instances) {
    await one.start()
    one.setReady(true)
  }
  const [a, b, next] = instances as [ScriptedInstance, ScriptedInstance, ScriptedInstance]
  edge.setInstances({ 'web': [a.address, b.address], 'web-next': [next.address] })
  await until(() => edge.ask<{ instances: { ready: boolean }[] }>('GET', '/instances'), ({ body }) => body.instances.length === 3 && body.instances.every(one => one.ready))
  await until(() => edge.ask('PUT', '/release', { stable: 'web', canary: null, canaryShare: 0 }), ({ body }) => (body as { applied: boolean }).applied)
  await edge.untilListed(instances.slice(0, 2).map(one => one.address))
  // Until nginx has forgiven those who failed before.
  await until(() => Promise.all(Array.from({ length: 4 }, () => ask('/cart'))), answers => answers.every(one => one.status === 200) && new Set(answers.map(one => one.text)).size === 2)
  for (const one of instances) one.requests.length = 0
})

/** Each on a connection of its own: a reload of this nginx closes those that are kept. */
async function ask(path: string, { method = 'GET', headers = {}, body }: { method?: string, headers?: Record<string, string>, body?: string } = {}) {
  const answer = await fetch(edge.url + path, { method, headers: { accept: 'text/html', connection: 'close', ...headers }, body })
  return { status: answer.status, text: await answer.text(), cache: answer.headers.get('x-cache'), headers: answer.headers }
}
const received = () => instances.flatMap(one => one.requests)
const publicly = (response: ServerResponse, more: Record<string, string> = {}) => response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'public, max-age=0, s-maxage=60', ...more })

describe('when an instance fails', () => {
  test('by being killed, then nobody notices: reads go to the other one, and so do orders that were not sent', async () => {
    await instances[1]!.kill()
    const answers = await Promise.all(Array.from({ length: 12 }, (_, place) => ask('/api/cart', place % 2 ? { method: 'POST', body: '{}' } : {})))
    expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(Array(12).fill('200 a'))
    expect(received()).toHaveLength(12)
    await edge.untilListed([instances[0]!.address])
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('in the middle of a %s, then it is not sent again; a GET is', async (method) => {
    behave = (_, request) => void request.socket.destroy()
    const answer = await ask('/api/cart', { method, body: '{}' })
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([503, 'application/problem+json', '5'])
    expect(received()).toHaveLength(1)
    let first = ''
    behave = (name, request, response) => (first ||= name) === name ? void request.socket.destroy() : sayName(name, request, response)
    expect(await ask('/api/cart')).toMatchObject({ status: 200 })
  })

  test('by falling silent, then a read is answered elsewhere, and an order hears within the ten seconds', async () => {
    const silent = new Set<string>()
    behave = (name, request, response) => {
      const one = `${request.method} ${request.url}`
      if (silent.has(one) && request.method === 'GET') return void sayName(name, request, response)
      silent.add(one)
    }
    const from = performance.now()
    const [shopper, anybody, order] = await Promise.all([ask('/api/cart'), ask(page), ask('/api/orders', { method: 'POST', body: '{}' })])
    expect([shopper.status, anybody.status, order.status]).toEqual([200, 200, 503])
    expect(performance.now() - from).toBeLessThan(14_000)
    expect(received().map(one => one.method).sort()).toEqual(['GET', 'GET', 'GET', 'GET', 'POST'])
  })

  test('by saying that it is busy, then that is the answer, and nobody else is asked', async () => {
    behave = (_, __, response) => void response.writeHead(503, { 'retry-after': '7', 'content-type': 'text/html' }).end('busy')
    const answer = await ask('/cart')
    expect([answer.status, answer.text, answer.headers.get('retry-after')]).toEqual([503, 'busy', '7'])
    expect(received()).toHaveLength(1)
  })

  test('and all others with it, then people get a page and programs a problem, both with Retry-After, and the list is not emptied', async () => {
    await Promise.all(instances.map(one => one.kill()))
    const [page, problem] = [await ask('/cart'), await ask('/api/cart')]
    expect([page.status, page.headers.get('content-type'), page.headers.get('retry-after')]).toEqual([503, 'text/html', '5'])
    expect(page.text).toContain('The shop is out of reach.')
    expect([problem.status, problem.headers.get('content-type'), problem.headers.get('retry-after')]).toEqual([503, 'application/problem+json', '5'])
    expect(JSON.parse(problem.text)).toMatchObject({ code: 'platform/unavailable', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string })
    await until(() => edge.ask<{ instances: { ready: boolean }[] }>('GET', '/instances'), ({ body }) => body.instances.every(one => !one.ready))
    await edge.untilListed(instances.slice(0, 2).map(one => one.address))
  })
})

describe('the cache', () => {
  test('asks for what it keeps without the cookie, and gives everybody the same', async () => {
    behave = (_, request, response) => void publicly(response).end(`for ${request.headers.cookie ?? 'anybody'}`)
    const mine = await ask(page, { headers: { cookie: 'shopper=mine' } })
    const theirs = await ask(page, { headers: { cookie: 'shopper=theirs' } })
    expect([mine.text, mine.cache, theirs.text, theirs.cache]).toEqual(['for anybody', 'MISS', 'for anybody', 'HIT'])
    expect((await ask(`${page}?problem=sold-out`, { headers: { cookie: 'shopper=mine' } })).text).toBe('for shopper=mine')
  })

  test.each([
    ['a page about one shopper, though it says that it is public', '/cart', {}, {}],
    ['an answer to Authorization', '', { authorization: 'Bearer mine' }, {}],
    ['an answer that sets a cookie', '', {}, { 'set-cookie': 'shopper=mine' }],
  ])('never keeps %s', async (_, address, headers, answer) => {
    const path = address || page
    behave = (__, request, response) => void publicly(response, answer).end(`${request.headers.authorization ?? request.headers.cookie ?? 'anybody'}`)
    for (let count = 1; count <= 3; count++) {
      const { cache } = await ask(path, { headers: { cookie: `shopper=${count}`, ...headers } })
      expect(cache).not.toBe('HIT')
      expect(received()).toHaveLength(count)
    }
    expect((await ask(path)).text).toBe('anybody')
  })

  test('compresses what it keeps once, for those who take it', async () => {
    behave = (_, __, response) => void publicly(response).end('mug '.repeat(1_000))
    for (const cache of ['MISS', 'HIT']) {
      const packed = await ask(page, { headers: { 'accept-encoding': 'gzip, br' } })
      expect([packed.cache, packed.headers.get('content-encoding'), packed.headers.get('vary'), packed.text.length]).toEqual([cache, 'gzip', 'Accept-Encoding', 4_000])
      const plain = await ask(page, { headers: { 'accept-encoding': 'gzip;q=0, identity' } })
      expect([plain.cache, plain.headers.get('content-encoding'), plain.headers.get('vary'), plain.text.length]).toEqual([cache, null, 'Accept-Encoding', 4_000])
    }
  })
})

test('with every instance gone, what was kept is shown for as long as its answer allows, and says so', async () => {
  behave = (_, __, response) => void publicly(response, { 'cache-control': 'public, max-age=0, s-maxage=1, stale-if-error=60' }).end('kept')
  await ask(page)
  await Promise.all(instances.map(one => one.kill()))
  await until(() => ask(page), ({ status, text, cache }) => status === 200 && text === 'kept' && cache === 'STALE')
  expect((await ask(`${page}-other`)).status).toBe(503)
})

describe('a client', () => {
  test('that dribbles its headers or its body is cut off', async () => {
    for (const sent of ['GET / HTTP/1.1\r\nHost: shop\r\nX-', 'POST /api/cart HTTP/1.1\r\nHost: shop\r\nContent-Length: 9\r\n\r\n{"']) {
      const socket = connect(Number(new URL(edge.url).port), '127.0.0.1').on('error', () => {})
      socket.resume().write(sent)
      await new Promise(resolve => socket.once('close', resolve))
    }
    expect(received()).toHaveLength(0)
  })

  test('that sends too much or asks for too much at once is told so in the shop\'s words', async () => {
    const large = await ask('/api/cart', { method: 'POST', body: 'x'.repeat(200_000) })
    expect([large.status, JSON.parse(large.text)]).toMatchObject([413, { code: 'platform/body-too-large' }])
    const waiting: ServerResponse[] = []
    behave = (_, __, response) => void waiting.push(response)
    const asked = Array.from({ length: 60 }, () => ask('/api/cart'))
    await until(() => Promise.resolve(waiting.length), count => count === 40)
    expect((await Promise.race(asked)).status).toBe(429)
    behave = sayName
    waiting.forEach(response => response.end())
    expect((await Promise.all(asked)).filter(one => one.status === 429)).toHaveLength(20)
  })

  test('cannot say who it is, where it goes, or what its request is called', async () => {
    const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await ask('/api/cart', { headers: { 'x-forwarded-for': '1.2.3.4', 'forwarded': 'for=1.2.3.4', 'x-real-ip': '1.2.3.4', 'x-edge-service': 'web-next', 'x-request-id': 'evil id', 'traceparent': '00-zz' } })
    await ask(page, { headers: { 'x-forwarded-for': '1.2.3.4', 'x-edge-service': 'web-next', 'x-edge-only-if-cached': '1', 'x-request-id': 'a-sane-one', 'traceparent': trace } })
    const [private_, public_] = ['/api/cart', page].map(url => received().find(one => one.url === url)!.headers)
    expect(instances[2]!.requests).toEqual([])
    expect(private_).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/) as string })
    expect(public_).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-request-id': 'a-sane-one', 'traceparent': trace })
    expect(private_).not.toHaveProperty('traceparent')
    for (const name of ['forwarded', 'x-real-ip', 'x-edge-service', 'x-edge-only-if-cached', 'x-edge-kept', 'via']) expect([private_![name], public_![name]], name).toEqual([undefined, undefined])
  })

  test('that listens to an order hears each event as it is sent', async () => {
    let send = (_: string) => {}
    behave = (_, __, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      send = text => void response.write(text)
      send('data: 1\n\n')
    }
    const leave = new AbortController()
    const answer = await fetch(`${edge.url}/api/orders/7/events`, { headers: { accept: 'text/event-stream' }, signal: leave.signal })
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    for (const number of [1, 2, 3]) {
      expect((await reader.read()).value).toBe(`data: ${number}\n\n`)
      send(`data: ${number + 1}\n\n`)
    }
    leave.abort()
  })
})

describe('a release', () => {
  const lots = Array.from({ length: 256 }, (_, lot) => lot.toString(16).padStart(2, '0'))
  const servedTo = async (some: readonly string[]) => {
    const served = new Map<string, string>()
    for (const lot of some) served.set(lot, (await ask('/cart', { headers: { cookie: `shopper=x; shop-release=${lot}` } })).text === 'next' ? 'next' : 'stable')
    return served
  }

  test('goes to the share that was asked for, sticks to a browser, and only grows', async () => {
    expect((await ask('/cart')).headers.getSetCookie()).toEqual([])
    expect((await edge.ask('PUT', '/release', { canary: 'web-next', canaryShare: 25 })).body).toMatchObject({ stable: 'web', canary: 'web-next', canaryShare: 25, applied: true })
    const quarter = await servedTo(lots)
    expect([...quarter.values()].filter(name => name === 'next')).toHaveLength(64)
    const first = await ask('/cart')
    const [cookie] = first.headers.getSetCookie()
    expect(cookie).toMatch(/^shop-release=[0-9a-f]{2}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/)
    const names = await Promise.all(Array.from({ length: 5 }, () => ask('/cart', { headers: { cookie: cookie!.split(';')[0]! } })))
    expect(new Set(names.map(one => one.text === 'next')).size).toBe(1)
    expect(names.flatMap(one => one.headers.getSetCookie())).toEqual([])
    await edge.ask('PUT', '/release', { canaryShare: 50 })
    const half = await servedTo(lots.filter((_, place) => place % 4 === 0))
    for (const [lot, name] of half) if (quarter.get(lot) === 'next') expect(name).toBe('next')
    expect([...half.values()].filter(name => name === 'next')).toHaveLength(32)
    await edge.ask('PUT', '/release', { canary: null, canaryShare: 0 })
    expect(new Set((await servedTo(lots.slice(0, 8))).values())).toEqual(new Set(['stable']))
  })

  test('has what it keeps for itself', async () => {
    behave = (name, _, response) => void publicly(response).end(name === 'next' ? 'next' : 'stable')
    await edge.ask('PUT', '/release', { canary: 'web-next', canaryShare: 50 })
    for (const cache of ['MISS', 'HIT']) {
      for (const [lot, name] of [['00', 'next'], ['ff', 'stable']] as const) {
        const answer = await ask(page, { headers: { cookie: `shop-release=${lot}` } })
        expect([answer.text, answer.cache]).toEqual([name, cache])
      }
    }
  })

  test('takes over and gives back under load without a request that fails', async () => {
    const enough = keepAskingAt(edge.url, ['/cart', '/api/cart', '/products/mug', '/api/products', '/account', '/checkout'])
    for (const stable of ['web-next', 'web', 'web-next', 'web']) {
      expect((await edge.ask('PUT', '/release', { stable })).body).toMatchObject({ stable, applied: true })
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask('/cart')))
      expect(new Set(answers.map(one => one.text === 'next'))).toEqual(new Set([stable === 'web-next']))
    }
    const { asked, wrong, resent } = await enough()
    console.log(`${asked} requests during four switches, ${wrong.length} failed, ${resent} sent again on a closed kept connection`)
    expect(wrong).toEqual([])
    expect(asked).toBeGreaterThan(100)
  })

  test('is refused when it makes no sense, or when nobody could serve it', async () => {
    for (const body of [{ stable: 'elsewhere' }, { canary: 'web' }, { canaryShare: 101 }, { colour: 'green' }]) expect((await edge.ask('PUT', '/release', body)).status, JSON.stringify(body)).toBe(400)
    instances[2]!.setReady(false)
    await until(() => edge.ask<{ instances: { ready: boolean }[] }>('GET', '/instances'), ({ body }) => body.instances.some(one => !one.ready))
    expect((await edge.ask('PUT', '/release', { stable: 'web-next' })).status).toBe(409)
    expect((await edge.ask('GET', '/release')).body).toMatchObject({ stable: 'web' })
  })
})

test('an instance that comes, leaves, is drained or is told to stop costs no request', async () => {
  const [a, b] = instances as [ScriptedInstance, ScriptedInstance]
  const extra = await startInstance((request, response) => behave('extra', request, response))
  instances.push(extra)
  const enough = keepAskingAt(edge.url, ['/cart', '/api/cart', '/checkout', '/account'])
  edge.setInstances({ web: [a.address, b.address, extra.address] })
  await edge.untilListed([a.address, b.address, extra.address])
  await until(() => Promise.resolve(extra.requests.length), count => count > 0)
  b.setReady(false)
  await edge.untilListed([a.address, extra.address])
  await b.kill()
  edge.setInstances({ web: [a.address, extra.address] })
  expect((await edge.ask('POST', '/drain', { address: a.address })).body).toMatchObject({ applied: true, drained: [a.address] })
  expect((await edge.ask('POST', '/drain', { address: extra.address })).status).toBe(409)
  expect((await edge.ask('POST', '/drain', { address: '10.0.0.1:3000' })).status).toBe(404)
  await until(async () => {
    const before = a.requests.length
    await Promise.all(Array.from({ length: 8 }, () => ask('/cart')))
    return a.requests.length - before
  }, more => more === 0)
  expect((await edge.ask('DELETE', `/drain/${a.address}`)).body).toMatchObject({ drained: [], applied: true })
  await edge.untilListed([a.address, extra.address])
  const { asked, wrong, resent } = await enough()
  console.log(`${asked} requests while instances came and went, ${wrong.length} failed, ${resent} sent again on a closed kept connection`)
  expect(wrong).toEqual([])
})

// Last, as what is purged is purged again for ten seconds.
test('the cache forgets what it is told to, and also what was on its way meanwhile', async () => {
  let open = () => {}
  const held = new Promise<void>(resolve => (open = resolve))
  behave = (_, request, response) => {
    publicly(response, { 'cache-tag': `catalogue,product:${request.url!.slice(10)}` })
    if (request.url === '/products/slow') void held.then(() => response.end('old'))
    else response.end('mug')
  }
  await ask('/products/mug')
  await ask('/products/tote')
  const slow = ask('/products/slow')
  await until(() => Promise.resolve(received().length), count => count === 3)
  // One file each: this client takes gzip.
  expect((await edge.ask('POST', '/purge', { tags: ['product:mug', 'product:slow'] })).body).toEqual({ deleted: 1 })
  open()
  await slow
  expect((await ask('/products/tote')).cache).toBe('HIT')
  expect((await ask('/products/mug')).cache).toBe('MISS')
  behave = (_, __, response) => void publicly(response).end('new')
  await until(() => ask('/products/slow'), answer => answer.text === 'new', { withinMs: 5_000 })
  expect((await edge.ask('POST', '/purge', { tags: null })).body).toMatchObject({ deleted: expect.any(Number) as number })
  expect((await ask('/products/tote')).text).toBe('new')
  expect((await edge.ask('POST', '/purge', { tags: 'product:mug' })).status).toBe(400)
})
