import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf, type Described } from '../harness/api.ts'
import { furnish, type Furnished, logInAs } from '../harness/furnished.ts'
import { hostileTexts } from '../harness/hostile-text.ts'
import { startProcess } from '../harness/one-process.ts'
import { rawRequest, sendRaw } from '../harness/raw-http.ts'
import { runningShop } from '../harness/running-shop.ts'
import { anAddress, until } from '../harness/shopper.ts'

/** Nobody else has these; whatever of them is in the log came from a request. */
const secrets = {
  email: 'canary.of.the.log@secret-mail.example',
  password: 'canary-password-7731',
  card: '5555 5555 5555 4444',
  plainCard: '5555555555554444',
  cvc: '"737"',
  token: 'CanaryToken'.padEnd(43, 'q'),
  cookie: 'CanaryCookie'.padEnd(43, 'z'),
  authorization: 'Bearer canary-bearer-9917',
}
const body = {
  email: secrets.email, password: secrets.password, current: secrets.password, name: 'Canary', token: secrets.token, number: secrets.card, expMonth: 1, expYear: 2030, cvc: '737',
}

const shop = runningShop()
let owner: Furnished
let quiet: Awaited<ReturnType<typeof startProcess>>
beforeAll(async () => {
  owner = await furnish(shop)
  // Its gateway is not there, so that an order fails with all that it was given.
  quiet = await startProcess(shop, { APP_ROLE: 'web', LOG_LEVEL: 'debug', STRIPE_API_URL: 'http://127.0.0.1:9' })
})
afterAll(async () => {
  await quiet.stop()
  await shop.close()
})

/** The fields of a route's body filled with secrets, where it has such; whatever it is, it is logged how it is logged. */
function bodyOf({ operation }: Described): string {
  const properties = (Object.values(operation.requestBody?.content ?? {})[0]?.schema.properties ?? {}) as Record<string, unknown>
  return JSON.stringify(Object.fromEntries(Object.keys(properties).map(name => [name, body[name as keyof typeof body] ?? secrets.email])))
}

async function ask(method: string, path: string, cookie: string, json?: string): Promise<void> {
  const response = await fetch(`${quiet.url}${path}`, {
    method,
    headers: { 'cookie': cookie, 'authorization': secrets.authorization, 'idempotency-key': crypto.randomUUID(), 'stripe-signature': `t=1,v1=${secrets.token}`, ...(json && { 'content-type': 'application/json' }) },
    body: method === 'GET' ? undefined : json,
  })
  await response.body?.cancel()
}

test('the log at its most talkative has one object a line, tells who and which request, and no secret', async () => {
  for (const one of await apiOf(shop.url)) {
    const path = `${one.path.replace('{id}', owner.orderId).replace('{slug}', owner.slug)}?token=${secrets.token}&q=${encodeURIComponent(secrets.email)}&cursor=${secrets.token}`
    for (const cookie of [`shopper=${secrets.cookie}`, owner.shopper.cookie]) await ask(one.method, path, cookie, bodyOf(one))
  }
  // One of those routes has logged its owner out, another has let go of the checkout.
  await logInAs(shop, owner.shopper, owner.userId!)
  await owner.shopper.add(owner.variantId)
  const { body: checkout } = await owner.shopper.checkout()
  await ask('POST', '/api/orders', owner.shopper.cookie, JSON.stringify({ checkoutId: checkout.id, email: secrets.email, address: { ...anAddress, name: secrets.email }, shippingMethod: 'standard', paymentMethod: 'pm_card_visa' }))
  for (const path of [`/reset?token=${secrets.token}`, `/orders/${owner.orderId}?token=${secrets.token}`, `/search?q=${secrets.email}`, `/login?next=/${secrets.token}`]) await ask('GET', path, owner.shopper.cookie)
  for (const form of ['/auth/login', '/auth/register', '/auth/password', '/auth/reset', '/auth/forgot']) {
    await fetch(`${quiet.url}${form}`, { method: 'POST', redirect: 'manual', headers: { cookie: owner.shopper.cookie }, body: new URLSearchParams(Object.entries(body).map(([name, value]) => [name, String(value)])) })
  }
  for (const text of hostileTexts) {
    await sendRaw(quiet.url, rawRequest('GET', `/api/products/${encodeURIComponent(text.toWellFormed())}`, [`x-request-id: ${text.replaceAll(/[\r\n]/g, '')}`, `traceparent: 00-${'a'.repeat(32)}-{"level":"error"}`]))
  }

  await sendRaw(quiet.url, rawRequest('GET', '/api/health/live', ['x-request-id: the-last-of-all']))
  const log = await until(() => readFile(quiet.logFile, 'utf8'), text => text.includes('the-last-of-all'))
  // Nitro's own word when it begins.
  const entries = log.split('\n').filter(line => line && !line.startsWith('Listening on ')).map(line => JSON.parse(line) as Record<string, unknown>)
  expect(entries.length).toBeGreaterThan(150)
  expect(Object.entries(secrets).filter(([, secret]) => log.includes(secret)).map(([name]) => name)).toEqual([])
  expect(log).not.toMatch(/example\.com|\$argon2|sk_test|whsec_/)

  const about = entries.filter(entry => entry.message === 'request')
  expect(about.filter(entry => !/^[\w-]{8,64}$|^\(number\)$/.test(String(entry.requestId)) || !/^[0-9a-f]{32}$/.test(String(entry.traceId)) || typeof entry.status !== 'number')).toEqual([])
  const users = new Set(about.map(entry => entry.userId))
  expect([...users]).toEqual(expect.arrayContaining([undefined, owner.userId]))
  expect([...users].filter(user => user !== undefined)).toEqual([owner.userId])
  const failed = entries.find(entry => entry.message === 'request failed' && entry.route === '/api/orders')
  expect(failed).toMatchObject({ level: 'error', method: 'POST', userId: owner.userId, requestId: expect.any(String), traceId: expect.stringMatching(/^[0-9a-f]{32}$/) })
})
