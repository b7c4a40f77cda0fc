import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isKeepable } from '../../shared/schemas/text.ts'
import type { Order } from '../../shared/schemas/orders.ts'
import type { ProductList } from '../../shared/schemas/products.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { buryLetter, forgetLetters } from '../harness/furnished.ts'
import { hostileTexts } from '../harness/hostile-text.ts'
import { mailsTo } from '../harness/mailbox.ts'
import { runningShop } from '../harness/running-shop.ts'
import { anAddress, type Maybe, until } from '../harness/shopper.ts'

const shop = runningShop()
let variantId: string
beforeAll(async () => {
  variantId = (await addProduct(shop.database, product(`hostile-${crypto.randomUUID().slice(0, 8)}`, { stock: 1_000, colours: ['Salt'] })))[0]!
})
afterAll(async () => {
  await forgetLetters(shop)
  await shop.close()
})

/** Short enough for any field, and with something of it left beside what nobody sees. */
const keepable = hostileTexts.filter(text => isKeepable(text) && text.length <= 100)
const refused = hostileTexts.filter(text => !isKeepable(text))
/** Four to an order, the last ones filled up. */
const inFours = (texts: readonly string[]) => Array.from({ length: Math.ceil(texts.length / 4) }, (_, i) => [0, 1, 2, 3].map(j => texts[i * 4 + j] ?? 'x') as [string, string, string, string])
const asKept = (text: string) => `Ada ${text} B`.normalize('NFC').replace(/[\u{200B}\u{202E}\u{FEFF}]/gu, '').replaceAll(/\s+/gu, ' ').trim()

/** What stands in a page for a reader: tags taken away, entities read. */
const readable = (html: string) => html.replaceAll(/<!--[\s\S]*?-->/g, '').replaceAll(/<script\b[\s\S]*?<\/script>/gi, '').replaceAll(/<[^>]*>/g, '')
  .replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ({ 'lt': '<', 'gt': '>', 'quot': '"', '#39': '\'', 'amp': '&' })[name]!)

/** Elements and attributes that somebody's words became: read as a browser reads tags, in which a quoted value is only a value. */
function cameAlive(html: string): string[] {
  const tags = html.replaceAll(/<!--[\s\S]*?-->/g, '').matchAll(/<([a-z][^\s>/]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>(?:(?<=<script\b(?:"[^"]*"|'[^']*'|[^"'>])*>)([\s\S]*?)<\/script>)?/gi)
  return [...tags].flatMap(([whole, name, attributes, code]) => {
    const names = attributes!.replaceAll(/"[^"]*"|'[^']*'/g, '')
    const alive = /[\s/]on\w+\s*=/i.test(names) || (name!.toLowerCase() === 'script' && code?.trimStart().startsWith('alert')) || /^(?:base|iframe|object|embed)$/i.test(name!)
    return alive ? [whole.slice(0, 200)] : []
  })
}

async function order(texts: readonly string[], email = `hostile-${crypto.randomUUID()}@example.com`) {
  const shopper = shop.shopper()
  await shopper.add(variantId)
  const { body: checkout } = await shopper.checkout()
  const [name, line1 = name, line2 = name, city = name] = texts.map(text => `Ada ${text} B`)
  const answer = await shopper.request<Maybe<Order>>('POST', '/api/orders', {
    checkoutId: checkout.id, email, address: { ...anAddress, name, line1, line2, city }, shippingMethod: 'standard', paymentMethod: 'pm_card_visa',
  }, { 'idempotency-key': crypto.randomUUID() })
  return { shopper, email, answer }
}

describe('a hostile text in an address', () => {
  test.each(inFours(keepable))('%j %j %j %j are kept as text, shown as text, and break no line of a mail', async (...texts) => {
    const { shopper, email, answer } = await order(texts)
    expect(answer.status).toBe(201)
    const kept = texts.map(asKept)
    const { name, line1, line2, city } = answer.body.address
    expect([name, line1, line2, city]).toEqual(kept)

    const page = await fetch(`${shop.url}/orders/${answer.body.id}`, { headers: { cookie: shopper.cookie } })
    const html = await page.text()
    expect(page.status).toBe(200)
    expect(cameAlive(html)).toEqual([])
    for (const one of kept) expect(readable(html).replaceAll(/\s+/gu, ' ')).toContain(one)

    const [mail] = await mailsTo(shop.database, email)
    expect(mail!.subject).toMatch(/^We have your order · [\w-]+$/)
    expect(mail!.body.split('\n')[0]).toBe(`Hello ${name},`)
  }, 30_000)

  test.each<string>(refused)('%j is refused, since nothing can keep it', async (text) => {
    const { answer } = await order([text])
    expect([answer.status, answer.body.errors?.map(error => error.path).toSorted()]).toEqual([422, ['address.city', 'address.line1', 'address.line2', 'address.name']])
  })
})

test('no mail that was sent has a header that a shopper wrote', async () => {
  const { email } = await order(['Bcc: eve@evil.example\r\nBcc: eve@evil.example\r\n\r\n<script>'])
  const folder = join(shop.dataDir, 'mail')
  const [mail] = await mailsTo(shop.database, email)
  const name = `${mail!.messageId.replaceAll(/[^\w.@-]/g, '')}.eml`
  await until(() => readdir(folder).catch((): string[] => []), names => names.includes(name))
  for (const file of (await readdir(folder)).filter(one => one.endsWith('.eml'))) {
    const [head = ''] = (await readFile(join(folder, file), 'utf8')).split('\n\n')
    const names = head.split('\n').filter(line => !/^\s/.test(line)).map(line => line.split(':')[0]!.toLowerCase())
    expect(names.filter(one => !['from', 'to', 'subject', 'message-id', 'date', 'mime-version', 'content-type', 'content-transfer-encoding'].includes(one)), file).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  }
})

test.each(['a@b.example\r\nBcc: eve@evil.example', 'a@b.example, eve@evil.example', '"Eve" <eve@evil.example>', 'a@b.example\0', 'a@[127.0.0.1]\n', 'a b@c.example', '@', '<a@b.example>', 'a@b.example;c@d.example', '‮a@b.example'])('the address %j is no recipient', async (email) => {
  expect((await order([''], email)).answer.status).toBe(422)
  for (const [path, more] of [['/api/auth/register', { password: 'a long password', name: 'Eve' }], ['/api/auth/reset', {}], ['/api/auth/login', { password: 'a long password' }]] as const) {
    expect((await shop.shopper().request('POST', path, { email, ...more })).status, path).toBe(422)
  }
})

test('a name is shown as text where an account shows it, and is alike when it looks alike', async () => {
  const shopper = shop.shopper()
  const name = '<img src=x onerror=alert(1)>{{constructor}}\u{202E}\u{200B} e\u{301}\r\n</script>'
  const { status, body } = await shopper.request<{ user: { name: string } }>('POST', '/api/auth/register', { email: `name-${crypto.randomUUID()}@example.com`, password: 'a long password', name })
  expect([status, body.user.name]).toEqual([201, '<img src=x onerror=alert(1)>{{constructor}} é </script>'])
  const html = await (await fetch(`${shop.url}/account`, { headers: { cookie: shopper.cookie } })).text()
  expect(cameAlive(html)).toEqual([])
})

test('reasons are kept line by line, and shown as text to the shopper and to those who run the shop', async () => {
  const { shopper, answer: { body } } = await order([''])
  await shop.untilStatus(shopper, body.id, 'delivered')
  const reason = keepable.join('\n').slice(0, 450)
  const returned = await shopper.request<{ id: string, reason: string }>('POST', `/api/orders/${body.id}/returns`, { lines: [{ variantId, quantity: 1 }], reason })
  expect(returned.status).toBe(201)
  const admin = await shop.admin()
  const rejected = await admin.request('POST', `/api/admin/returns/${returned.body.id}/reject`, { reason: `No: ${reason}`.slice(0, 480) })
  expect(rejected.status).toBe(200)
  for (const [who, path] of [[shopper, `/orders/${body.id}`], [admin, '/admin/returns']] as const) {
    const html = await (await fetch(`${shop.url}${path}`, { headers: { cookie: who.cookie } })).text()
    expect(cameAlive(html), path).toEqual([])
  }
})

test('a dead letter with names of prototypes in it is mended as it stands, and pollutes nothing', async () => {
  const admin = await shop.admin()
  const id = await buryLetter(shop)
  const response = await fetch(`${shop.url}/api/admin/dead-letters/${id}`, { method: 'PATCH', headers: { 'content-type': 'application/json', 'cookie': admin.cookie }, body: '{"payload":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"html":"<script>alert(1)</script>"}}' })
  expect(response.status).toBe(200)
  const html = await (await fetch(`${shop.url}/admin/dead-letters`, { headers: { cookie: admin.cookie } })).text()
  expect(cameAlive(html)).toEqual([])
  expect(await (await fetch(`${shop.url}/api/auth/session`)).text()).toBe('{"user":null}')
})

describe('a hostile text in a search', () => {
  test.each(hostileTexts.filter(text => text.isWellFormed()))('%j finds what it says or nothing, and is shown as text', async (text) => {
    const q = encodeURIComponent(text)
    const [found, suggested, page] = await Promise.all([fetch(`${shop.url}/api/products?q=${q}`), fetch(`${shop.url}/api/products/suggest?q=${q}`), fetch(`${shop.url}/search?q=${q}`)])
    expect([200, 422]).toContain(found.status)
    expect([200, 422]).toContain(suggested.status)
    expect(page.status).toBeLessThan(500)
    expect(cameAlive(await page.text())).toEqual([])
  })

  const found = async (text: string) => (await shop.shopper().get<ProductList>(`/api/products?q=${encodeURIComponent(text)}&limit=100&facets=1`)).body
  test.each(['%', '_', '%_%', ':*', '\\'])('%j is no wildcard', async (text) => {
    expect((await found(text)).items).toEqual([])
  })

  test('a condition is three words', async () => {
    const all = (await shop.shopper().get<ProductList>('/api/products?limit=1&facets=1')).body.facets!.total
    expect((await found('\' or 1=1 --')).facets!.total).toBeLessThan(all / 2)
  })

  test.each(['\0', '\x1B', '%\0'])('a colour of %j is refused, not a failure', async (colour) => {
    expect((await fetch(`${shop.url}/api/products?colour=${encodeURIComponent(colour)}`)).status).toBe(422)
  })
})
