import { afterAll, beforeAll, expect, test } from 'vitest'
import { addProduct, product } from '../harness/fixtures.ts'
import { htmlErrors } from '../harness/html-checker.ts'
import { runningShop } from '../harness/running-shop.ts'
import { anAddress, type TestShopper } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

let buyer: TestShopper
let admin: TestShopper
let order = ''
const slug = `html-${crypto.randomUUID().slice(0, 8)}`
beforeAll(async () => {
  [buyer, admin] = [shop.shopper(), await shop.admin()]
  await buyer.request('POST', '/api/auth/register', { email: `html-${crypto.randomUUID()}@example.com`, password: 'correct horse battery', name: 'Ada <b>Byron' })
  await addProduct(shop.database, product(slug, { stock: 5 }))
  const { body: { id: productId, variants: [first] } } = await buyer.get<{ id: string, variants: { id: string }[] }>(`/api/products/${slug}`)
  const { body: { id } } = await buyer.buy(first!.id)
  order = id
  await shop.untilStatus(buyer, id, 'delivered')
  await buyer.request('POST', '/api/account/addresses', anAddress)
  await buyer.request('POST', '/api/account/addresses', { ...anAddress, line1: '7 <i>Mill Lane' })
  await buyer.request('POST', '/api/wishlist/items', { productId })
  await buyer.request('POST', `/api/products/${slug}/reviews`, { rating: 2, title: 'It is a <b>mug', text: 'It does what mugs do.', name: 'Gareth' })
  await buyer.add(first!.id)
})

const forAll = [
  '/', '/categories/mugs', '/categories/mugs?colour=Kelp&sort=price-asc&min=5', '/categories/mugs?min=cheap', '/categories/mugs?min=900', '/search', '/search?q=mug', '/search?q=zzxqvvq', '/search?q=%3Cb%3E%22%26',
  '/products/tidewater-mug', '/products/sold-out-print', '/reviews/tidewater-mug', '/write-review/tidewater-mug', '/wishlist', '/about', '/delivery-and-returns', '/privacy', '/design',
  '/cart', '/cart?problem=cart/promo-unknown', '/checkout', '/login', '/register', '/forgot', '/forgot?sent=1', '/reset', '/login?problem=auth/too-many-tries', '/goodbye', '/nowhere', '/demo/mail',
]
const forBuyer = () => [
  '/account', '/account?problem=auth/wrong-password', '/account/orders', '/account/addresses', '/account/addresses?add=', '/account/delete', '/wishlist', `/write-review/${slug}`, '/cart',
  '/checkout', '/checkout?step=delivery', '/checkout?step=payment', '/checkout?problem=platform/invalid-input', `/orders/${order}`, `/orders/${order}?placed=1`, `/orders/${order}/invoice`,
]
const forAdmin = () => [
  '/admin', '/admin/orders', '/admin/orders?q=nobody', `/admin/orders/${order}`, `/admin/orders/${order}/slip`, '/admin/products', '/admin/products/new', `/admin/products/${slug}`, '/admin/promotions', '/admin/reviews', '/admin/reviews?status=published', '/admin/returns', '/admin/dead-letters', '/admin/invariants',
]

test('the Nu HTML checker finds no error in any page as it is served', { timeout: 240_000 }, async () => {
  const pages = new Map<string, string>()
  const read = async (path: string, name = path, cookie = '') => {
    const response = await fetch(shop.url + path, { headers: { accept: 'text/html', ...(cookie && { cookie }) } })
    expect(response.headers.get('content-type'), name).toMatch(/^text\/html/)
    expect(response.status, name).toBe(path === '/nowhere' ? 404 : 200)
    expect(response.redirected, name).toBe(false)
    pages.set(name, await response.text())
  }
  for (const path of forAll) await read(path)
  for (const path of forBuyer()) await read(path, `${path} of a buyer`, buyer.cookie)
  for (const path of forAdmin()) await read(path, `${path} of an admin`, admin.cookie)
  expect(await htmlErrors(pages)).toEqual([])
})

test('the checker does find what is wrong', async () => {
  const found = await htmlErrors(new Map([['wrong', '<!doctype html><html lang="en"><head><title>x</title></head><body><ul><p>not an item</p></ul><img src="/a.png"></body></html>']]))
  expect(found.join('\n')).toMatch(/wrong: Element “p” not allowed as child of element “ul”/)
  expect(found.join('\n')).toMatch(/must have an “alt” attribute/)
})
