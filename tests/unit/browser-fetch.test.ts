import { describe, expect, it } from 'vitest'
import { $fetch, type FetchError } from '../../browser/fetch.ts'
import { closedPort, startLocalServer } from '../harness/local-server.ts'

const failure = (call: Promise<unknown>) => call.then(() => null, (error: FetchError) => error)

describe('the browser’s fetch', () => {
  it('repeats a parameter for each value of a list, and leaves out what is not there', async () => {
    const server = await startLocalServer((request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(request.url)))
    expect(await $fetch(`${server.url}/api`, { query: { size: ['S', 'M'], colour: ['Kelp'], sort: undefined, page: null, limit: 24 } })).toBe('/api?size=S&size=M&colour=Kelp&limit=24')
    expect(await $fetch(`${server.url}/api?q=a`, { query: { empty: [] } })).toBe('/api?q=a')
  })

  it('sends an object as JSON, and says what the server said when it refuses', async () => {
    const server = await startLocalServer((request, response) => {
      let body = ''
      request.on('data', chunk => (body += chunk)).on('end', () => response.writeHead(422, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ code: 'platform/invalid', got: body, type: request.headers['content-type'] })))
    })
    expect(await failure($fetch(server.url, { method: 'POST', body: { name: 'Ada' } }))).toMatchObject({ statusCode: 422, data: { code: 'platform/invalid', got: '{"name":"Ada"}', type: 'application/json' } })
  })

  it.each([[{ retry: 1 }, 2], [{ retry: 0 }, 1], [{}, 2], [{ method: 'POST' }, 1]])('with %j asks %i times when the server is busy', async (options, times) => {
    let asked = 0
    const server = await startLocalServer((_, response) => {
      asked += 1
      response.writeHead(503).end()
    })
    expect(await failure($fetch(server.url, options))).toMatchObject({ statusCode: 503 })
    expect(asked).toBe(times)
  })

  it('does not ask again for what is not there', async () => {
    let asked = 0
    const server = await startLocalServer((_, response) => {
      asked += 1
      response.writeHead(404).end()
    })
    expect(await failure($fetch(server.url, { retry: 3 }))).toMatchObject({ statusCode: 404 })
    expect(asked).toBe(1)
  })

  it('has no status when nobody answers, or not in time', async () => {
    expect((await failure($fetch(`http://127.0.0.1:${await closedPort()}`, { retry: 0 })))?.statusCode).toBeUndefined()
    const server = await startLocalServer(() => {})
    const late = await failure($fetch(server.url, { timeout: 50, retry: 0 }))
    expect([late?.name, late?.statusCode]).toEqual(['FetchError', undefined])
  })
})
