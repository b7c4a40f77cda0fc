import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createApp, createEvent, createRouter, defineEventHandler } from 'h3'
import { describe, expect, it } from 'vitest'
import { isHidden } from '../../server/platform/http/internal-only.ts'
import { policyFor } from '../../server/platform/rate-limit/policies.ts'
import { filesBelow } from '../architecture/source-files.ts'

/** Every route file, as Nitro puts it into its router. */
const routes = filesBelow('server', '.ts').flatMap((file) => {
  const found = /^server\/(?:[^/]+\/)?(api|routes)(\/.+)\.(get|post|put|patch|delete)\.ts$/.exec(file)
  if (!found) return []
  const path = found[2]!.replace(/\/index$/, '').replaceAll(/\[(\w+)\]/g, ':$1')
  return [{ file, method: found[3]! as 'get' | 'post' | 'put' | 'patch' | 'delete', url: found[1] === 'api' ? `/api${path}` : path }]
})

const config = { trustedProxies: ['172.16.0.0/12'], adminThroughProxy: false, metrics: true }

interface Outcome { reached?: string, limit?: string | null, hidden?: boolean }
declare module 'h3' {
  interface H3EventContext {
    outcome: Outcome
  }
}

/** The same app and the same router as Nitro makes, with handlers that only say who they are; pages are what is left. */
const router = createRouter({ preemptive: true })
for (const { file, method, url } of routes) {
  router.use(url, defineEventHandler((event) => {
    event.context.outcome.reached = file
    return file
  }), method)
}
router.use('/**', defineEventHandler((event) => {
  event.context.outcome.reached = 'a page'
  return 'a page'
}))
const app = createApp().use(defineEventHandler((event) => {
  event.context.outcome.limit = policyFor(event.method, event.path)?.name ?? null
  event.context.outcome.hidden = isHidden(event, config)
})).use(router)

async function send(method: string, url: string): Promise<Outcome> {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: '172.20.0.3' })
  const request = Object.assign(new IncomingMessage(socket), { method, url, headers: { 'x-forwarded-for': '203.0.113.7' } })
  const event = createEvent(request, new ServerResponse(request))
  event.context.outcome = {}
  await app.handler(event).catch(() => {})
  return event.context.outcome
}

const lastLetter = /([a-z])(?=[^a-z]*$)/
const encode = (letter: string) => `%${letter.charCodeAt(0).toString(16)}`
const variants: Record<string, (path: string) => string> = {
  'as it is': path => path,
  'a slash at the end': path => `${path}/`,
  'two slashes at the end': path => `${path}//`,
  'two slashes in front': path => `/${path}`,
  'two slashes within': path => path.replace(/(?!^)\//, '//'),
  'a capital': path => path.replace(lastLetter, letter => letter.toUpperCase()),
  'all capitals': path => path.toUpperCase(),
  'an encoded letter': path => path.replace(lastLetter, encode),
  'an encoded first letter': path => path.replace(/[a-z]/, encode),
  'a letter encoded twice': path => path.replace(lastLetter, letter => encode(letter).replace('%', '%25')),
  'encoded slashes': path => `/${path.slice(1).replaceAll('/', '%2f')}`,
  'a parameter of the path': path => `${path};x=1`,
  'a dot segment': path => path.replace(/^\//, '/./'),
  'a way up': path => `/x/..${path}`,
  'an encoded way up': path => `/x/%2e%2e${path}`,
  'a query': path => `${path}?x=1`,
  'an encoded query': path => `${path}%3Fx=1`,
  'an empty query': path => `${path}/?`,
  'a fragment': path => `${path}#x`,
  'a backslash': path => path.replaceAll('/', '\\'),
  'the whole address': path => `http://shop.example${path}`,
  'a suffix': path => `${path}.json`,
  'a blank': path => `${path}%20`,
  'a null': path => `${path}%00`,
  'a sequence that stands for nothing': path => `${path}/%ff`,
}
/** What stands in a parameter's place. */
const fillings = ['8e03', '', '..', 'suggest', 'login', '%2e%2e', 'a%2fb']
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get', 'post']

describe('whatever way the address of a handler is written', () => {
  it('finds all route files', () => expect(routes.length).toBeGreaterThanOrEqual(45))

  it.each(routes)('$method $url is limited as it is, or not reached', async ({ file, method, url }) => {
    const own = policyFor(method.toUpperCase(), url.replaceAll(/:\w+/g, '8e03'))?.name ?? null
    let reached = 0
    for (const filling of url.includes(':') ? fillings : ['']) {
      for (const [variant, write] of Object.entries(variants)) {
        for (const given of methods) {
          const path = write(url.replaceAll(/:\w+/g, filling))
          const outcome = await send(given, path)
          const label = `${given} ${path} (${variant})`
          if (outcome.reached === file) {
            reached += 1
            expect(outcome.limit, label).toBe(own)
          }
          if (outcome.reached === 'a page' && !/^\/(?:api\/health|metrics)/.test(url)) expect(outcome.limit, label).not.toBeNull()
        }
      }
    }
    expect(reached).toBeGreaterThanOrEqual(4)
  })

  it.each(routes.filter(({ url }) => /^\/(?:api\/(?:admin|demo)|metrics)/.test(url)))('$method $url is hidden from whoever comes through a trusted proxy', async ({ file, url }) => {
    for (const filling of url.includes(':') ? fillings : ['']) {
      for (const write of Object.values(variants)) {
        for (const given of methods) {
          const path = write(url.replaceAll(/:\w+/g, filling))
          const { reached, hidden } = await send(given, path)
          if (reached === file) expect(hidden, `${given} ${path}`).toBe(true)
        }
      }
    }
  })
})
