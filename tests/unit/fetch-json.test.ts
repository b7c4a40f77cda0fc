import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fetchJson, ForeignAnswerError } from '../../server/platform/resilience/fetch-json.ts'
import { createOutbound, OutboundTimeoutError } from '../../server/platform/resilience/outbound.ts'
import { closedPort, startLocalServer } from '../harness/local-server.ts'

const shape = z.object({ items: z.array(z.string()) })
const guards = (attempts = 1) => createOutbound({ name: 'the service', timeoutMs: 1_000, concurrency: 4, attempts })
const json = (value: unknown, status = 200) => startLocalServer((_, response) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value)))

describe('an answer from outside', () => {
  it('when it has the shape, then it comes back with what we did not ask for left out', async () => {
    const { url, requests } = await json({ items: ['a'], admin: true })
    expect(await fetchJson(guards(), shape, { url })).toEqual({ items: ['a'] })
    expect(requests[0]).toMatchObject({ method: 'GET', headers: { accept: 'application/json' } })
    expect(requests[0]!.headers).not.toHaveProperty('content-type')
  })

  it('when something is posted, then it goes as JSON with the caller\'s headers', async () => {
    const got: string[] = []
    const { url, requests } = await startLocalServer(async (request, response) => {
      for await (const chunk of request) got.push(String(chunk))
      response.end('{"items":[]}')
    })
    await fetchJson(guards(), shape, { url, method: 'POST', body: { a: 'é' }, headers: { 'idempotency-key': '"k"' } })
    expect(got.join('')).toBe('{"a":"é"}')
    expect(requests[0]!.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': '"k"' })
  })

  it.each([
    ['of another shape', { items: 'a' }],
    ['of another kind', null],
    ['with one wrong item', { items: ['a', 1] }],
  ])('when it is %s, then it is refused', async (_, value) => {
    const { url } = await json(value)
    await expect(fetchJson(guards(), shape, { url })).rejects.toThrow(ForeignAnswerError)
  })

  it.each(['', '<html>', '{"items":["a"', '\u0000'])('when it is not JSON, then it is refused: %j', async (body) => {
    const { url } = await startLocalServer((_, response) => response.end(body))
    await expect(fetchJson(guards(), shape, { url })).rejects.toThrow('not JSON')
  })

  it('when it is too large, then it is refused before it has all come, and the connection is closed', async () => {
    const service = await startLocalServer((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(10_000, 'x')));
      }
      response.on('drain', more)
      more()
    })
    await expect(fetchJson(guards(), shape, { url: service.url, maxBytes: 50_000 })).rejects.toThrow('more than 50000 bytes')
    await service.untilLeft(1)
  })

  it('when it is exactly as large as allowed, then it is read', async () => {
    const body = JSON.stringify({ items: ['x'] })
    const { url } = await startLocalServer((_, response) => response.end(body))
    expect(await fetchJson(guards(), shape, { url, maxBytes: body.length })).toEqual({ items: ['x'] })
  })

  it.each([400, 404, 409, 500, 503])('when it is a %i, then the error says so, whatever the body is', async (status) => {
    const { url } = await json({ items: ['a'] }, status)
    await expect(fetchJson(guards(), shape, { url })).rejects.toThrow(expect.objectContaining({ name: 'ForeignAnswerError', status }))
  })

  it('when it points elsewhere, then it is not followed', async () => {
    const other = await json({ items: ['stolen'] })
    const { url } = await startLocalServer((_, response) => response.writeHead(302, { location: other.url }).end())
    await expect(fetchJson(guards(), shape, { url })).rejects.toThrow()
    expect(other.requests).toEqual([])
  })

  it('when its head comes and its body does not, then that is a timeout too, and the request is aborted', async () => {
    const service = await startLocalServer((_, response) => response.write('{"items":['))
    const outbound = createOutbound({ name: 'the service', timeoutMs: 200, concurrency: 1 })
    await expect(fetchJson(outbound, shape, { url: service.url, method: 'POST', body: {} })).rejects.toThrow(OutboundTimeoutError)
    await service.untilLeft(1)
  })

  it('when nobody listens, then it fails at once', async () => {
    await expect(fetchJson(guards(), shape, { url: await closedPort() })).rejects.toThrow('fetch failed')
  })
})

describe('a time to come back', () => {
  const answering = (headers: Record<string, string>) => startLocalServer((_, response) => response.writeHead(503, headers).end())
  const waitOf = async (headers: Record<string, string>) => {
    const { url } = await answering(headers)
    return fetchJson(guards(), shape, { url }).catch((error: ForeignAnswerError) => error.retryAfterMs)
  }

  it.each([
    ['seconds', { 'retry-after': '2' }, 2_000],
    ['a date, by the service\'s own clock', { 'retry-after': 'Sun, 06 Nov 1994 08:49:40 GMT', 'date': 'Sun, 06 Nov 1994 08:49:37 GMT' }, 3_000],
    ['a date that has passed', { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT', 'date': 'Sun, 06 Nov 1994 08:49:40 GMT' }, 0],
    ['nothing that can be read', { 'retry-after': 'soon' }, null],
    ['nothing', {}, null],
  ])('when it is given as %s, then the error carries it', async (_, headers, expected) => {
    expect(await waitOf(headers)).toBe(expected)
  })

  it('when it is given, then a repetition waits for it', async () => {
    const at: number[] = []
    const { url } = await startLocalServer((_, response) => {
      at.push(performance.now())
      if (at.length === 1) response.writeHead(429, { 'retry-after': '1' }).end()
      else response.end('{"items":[]}')
    })
    await fetchJson(guards(2), shape, { url })
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990)
  })
})

describe('a repetition', () => {
  async function failing() {
    let count = 0
    return startLocalServer((_, response) => (++count < 3 ? response.writeHead(503).end() : response.end('{"items":["third"]}')))
  }

  it('when it is a GET, then it is tried again', async () => {
    const { url, requests } = await failing()
    expect(await fetchJson(guards(3), shape, { url })).toEqual({ items: ['third'] })
    expect(requests).toHaveLength(3)
  })

  it('when it is a POST, then it is made once, unless the caller says that it may be repeated', async () => {
    const once = await failing()
    await expect(fetchJson(guards(3), shape, { url: once.url, method: 'POST', body: {} })).rejects.toThrow('503')
    expect(once.requests).toHaveLength(1)
    const again = await failing()
    expect(await fetchJson(guards(3), shape, { url: again.url, method: 'POST', body: {}, repeatable: true })).toEqual({ items: ['third'] })
    expect(again.requests.map(request => request.method)).toEqual(['POST', 'POST', 'POST'])
  })

  it('when a GET says that it may not be repeated, then it is made once', async () => {
    const { url, requests } = await failing()
    await expect(fetchJson(guards(3), shape, { url, repeatable: false })).rejects.toThrow('503')
    expect(requests).toHaveLength(1)
  })
})
