import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listProductsOfShard } from '../../server/products/db/sitemap.ts'
import { stockMovements } from '../../server/products/db/tables.ts'
import type { AdminProduct, AdminProductList, EditProductBody, VariantStock } from '../../shared/schemas/admin-products.ts'
import type { Cart } from '../../shared/schemas/cart.ts'
import type { Problem } from '../../shared/schemas/problem.ts'
import type { CategoryList, ProductDetail, ProductList, RecommendationList, Suggestions } from '../../shared/schemas/products.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
let admin: TestShopper
let nosy: TestShopper
beforeAll(async () => {
  admin = await shop.admin()
  nosy = shop.shopper()
  await nosy.request('POST', '/api/auth/register', { email: `${crypto.randomUUID()}@example.com`, password: 'a long password', name: 'Nosy' })
})
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const view = async (slug: string) => (await admin.get<Maybe<AdminProduct>>(`/api/admin/products/${slug}`)).body
const bodyOf = ({ version, slug, name, category, description, attributes, tags, variants }: AdminProduct): Omit<EditProductBody, 'takeAddress'> =>
  ({ version, slug, name, category, description, attributes, tags, variants: variants.map(({ variantId, priceMinor, compareAtMinor }) => ({ id: variantId, priceMinor, compareAtMinor })) })
const patch = (slug: string, body: object) => admin.request<Maybe<AdminProduct>>('PATCH', `/api/admin/products/${slug}`, body)
const publish = (slug: string, published: boolean) => admin.request<Maybe<AdminProduct>>('POST', `/api/admin/products/${slug}/publication`, { published })
const correct = (slug: string, variantId: string, by: number, id = crypto.randomUUID()) => admin.request<Maybe<VariantStock>>('POST', `/api/admin/products/${slug}/stock`, { id, variantId, by, reason: 'a box fell' })
const page = (path: string) => fetch(`${shop.url}${path}`, { redirect: 'manual' })
async function sold(name: string, options: Parameters<typeof product>[1] = {}) {
  const slug = unique(name)
  const ids = await addProduct(shop.database, product(slug, options))
  return { slug, ids }
}

describe('the back office', () => {
  test.each([
    ['GET', ''], ['POST', ''], ['GET', '/tidewater-mug'], ['PATCH', '/tidewater-mug'], ['POST', '/tidewater-mug/publication'], ['POST', '/tidewater-mug/stock'],
    ['GET', '/tidewater-mug/pictures'], ['POST', '/tidewater-mug/pictures?alt=x'], ['PATCH', '/tidewater-mug/pictures'], ['PATCH', '/tidewater-mug/pictures/1'], ['DELETE', '/tidewater-mug/pictures/1'],
    ['POST', `/tidewater-mug/uploads/${crypto.randomUUID()}/retry`], ['DELETE', `/tidewater-mug/uploads/${crypto.randomUUID()}`],
  ])('%s /api/admin/products%s is 401 to a guest and 403 to a shopper', async (method, path) => {
    const body = method === 'POST' || method === 'PATCH' ? {} : undefined
    expect(await shop.shopper().request<Problem>(method, `/api/admin/products${path}`, body)).toMatchObject({ status: 401, body: { code: 'auth/login-needed' } })
    expect(await nosy.request<Problem>(method, `/api/admin/products${path}`, body)).toMatchObject({ status: 403, body: { code: 'auth/admins-only' } })
  })

  test('lists products by words, SKU and state, page by page', async () => {
    const word = `zq${crypto.randomUUID().replace(/[^a-z]/g, '').slice(0, 6)}x`
    const three = await Promise.all([sold('one', { name: `${word} one` }), sold('few', { name: `${word} few`, stock: 2 }), sold('none', { name: `${word} none`, stock: 0 })])
    await publish(three[0].slug, false)
    const list = async (query: string) => (await admin.get<AdminProductList>(`/api/admin/products?${query}`)).body
    const slugs = async (query: string) => (await list(query)).items.map(item => item.slug).toSorted()
    expect(await slugs(`q=${word}`)).toEqual(three.map(one => one.slug).toSorted())
    expect(await slugs(`q=${word}&status=draft`)).toEqual([three[0].slug])
    expect(await slugs(`q=${word}&status=few-left`)).toEqual([three[1].slug])
    expect(await slugs(`q=${word}&status=sold-out`)).toEqual([three[2].slug])
    expect(await slugs(`q=${word}&status=published`)).toEqual([three[1].slug, three[2].slug].toSorted())
    expect(await slugs(`q=${three[1].slug}-kelp`)).toEqual([three[1].slug])
    expect((await list(`q=${word}&status=few-left`)).items[0]).toMatchObject({ onHand: 6, fewest: 2, published: true, inStock: true, category: 'Mugs' })
    const first = await list(`q=${word}&limit=2`)
    const second = await list(`q=${word}&limit=2&cursor=${first.nextCursor}`)
    expect([...first.items, ...second.items].map(item => item.slug).toSorted()).toEqual(three.map(one => one.slug).toSorted())
    expect(second.nextCursor).toBeNull()
    expect((await admin.get('/api/admin/products?cursor=x')).status).toBe(422)
  })

  test('makes a draft with a variant for each choice, under an address of its own', async () => {
    const slug = unique('new')
    const body = { name: 'New Thing', slug, category: 'mugs', priceMinor: 1_250, stock: 3, option: { name: 'Colour', values: ['Salt', 'Kelp'] }, description: '<p>Good.</p><script>bad()</script>' }
    const made = await admin.request<Maybe<AdminProduct>>('POST', '/api/admin/products', body)
    expect(made).toMatchObject({ status: 201, body: { slug, published: false, description: '<p>Good.</p>', variants: [{ options: { Colour: 'Salt' }, onHand: 3, priceMinor: 1_250 }, { options: { Colour: 'Kelp' } }] } })
    expect((await admin.get(`/api/products/${slug}`)).status).toBe(404)
    expect(await admin.request<Problem>('POST', '/api/admin/products', body)).toMatchObject({ status: 409, body: { code: 'products/slug-taken' } })
    expect(await admin.request<Problem>('POST', '/api/admin/products', { ...body, slug: unique('x'), category: 'nowhere' })).toMatchObject({ status: 422, body: { code: 'products/unknown-category', errors: [{ path: 'category' }] } })
    expect(await shop.auditedWith('productId', made.body.id)).toMatchObject([{ kind: 'products.created', actorId: expect.any(String) }])
  })
})

describe('an edit', () => {
  test('is in the shop at once: page, API and listing', async () => {
    const word = `zx${crypto.randomUUID().replace(/[^a-z]/g, '').slice(0, 6)}v`
    const { slug } = await sold('edit', { name: `${word} mug`, priceMinor: 1_800 })
    const shows = async (price: string, minor: number) => (await (await page(`/products/${slug}`)).text()).includes(price)
      && (await admin.get<ProductDetail>(`/api/products/${slug}`)).body.priceMinor === minor
      && (await admin.get<ProductList>(`/api/products?q=${word}`)).body.items.some(item => item.slug === slug && item.priceMinor === minor)
      && (await (await page(`/search?q=${word}`)).text()).includes(price)
    await until(() => shows('£18.00', 1_800), Boolean)
    const before = await view(slug)
    const edit = bodyOf(before)
    const answer = await patch(slug, { ...edit, name: `A better ${word}`, tags: ['stoneware', 'quillwort'], attributes: { capacityMl: 400, glaze: 'matt' }, description: '<p onclick="x()">Better.</p><iframe src="//evil"></iframe>', variants: edit.variants.map((one, index) => ({ ...one, priceMinor: 2_345 + index, compareAtMinor: 3_000 })) })
    const startedAt = performance.now()
    expect(answer).toMatchObject({ status: 200, body: { version: before.version + 1, name: `A better ${word}`, description: '<p>Better.</p>', attributes: { capacityMl: 400, glaze: 'matt' } } })
    await until(() => shows('£23.45', 2_345), Boolean, { everyMs: 20 })
    const tookMs = Math.round(performance.now() - startedAt)
    console.info(`an edit shows in the shop after ${tookMs} ms`)
    expect(tookMs).toBeLessThan(3_000)
    const { body: shown } = await admin.get<ProductDetail>(`/api/products/${slug}`)
    expect(shown).toMatchObject({ name: `A better ${word}`, priceMinor: 2_345, maxPriceMinor: 2_347, compareAtMinor: 3_000 })
    expect((await admin.get<ProductList>('/api/products?q=quillwort')).body.items.map(item => item.slug)).toContain(slug)
    expect(await shop.auditedWith('productId', before.id)).toMatchObject([{ kind: 'products.edited', detail: { priceMinor: 2_345, formerPriceMinor: 1_800, formerName: `${word} mug` } }])
  })

  test('of two from the same version, one is refused and has changed nothing', async () => {
    const { slug } = await sold('lost')
    const edit = bodyOf(await view(slug))
    const both = await Promise.all([patch(slug, { ...edit, name: 'Ada’s' }), patch(slug, { ...edit, name: 'Bob’s' })])
    expect(both.map(answer => answer.status).toSorted()).toEqual([200, 409])
    expect(both.find(answer => answer.status === 409)!.body).toMatchObject({ code: 'products/changed-meanwhile', detail: expect.stringContaining('version') })
    expect((await view(slug)).name).toBe(both.find(answer => answer.status === 200)!.body.name)
  })

  test.each<[string, (edit: ReturnType<typeof bodyOf>) => object, string]>([
    ['a price of nothing', edit => ({ ...edit, variants: edit.variants.map(one => ({ ...one, priceMinor: 0 })) }), 'variants.0.priceMinor'],
    ['a price before that is lower', edit => ({ ...edit, variants: edit.variants.map(one => ({ ...one, compareAtMinor: one.priceMinor })) }), 'variants.0.compareAtMinor'],
    ['somebody else’s variant', edit => ({ ...edit, variants: [{ ...edit.variants[0], id: crypto.randomUUID() }] }), 'variants'],
    ['an address with capitals', edit => ({ ...edit, slug: 'No Good' }), 'slug'],
    ['no name', edit => ({ ...edit, name: ' ' }), 'name'],
    ['a category that is none', edit => ({ ...edit, category: 'nowhere' }), 'category'],
    ['an unknown field', edit => ({ ...edit, published: true }), 'body'],
  ])('with %s is refused beside its field', async (_, make, path) => {
    const { slug } = await sold('bad')
    const before = await view(slug)
    const answer = await patch(slug, make(bodyOf(before)))
    expect(answer.status).toBe(422)
    expect(answer.body.errors?.map(error => error.path)).toContain(path)
    expect(await view(slug)).toEqual(before)
  })
})

describe('an address', () => {
  test('that a product had leads to it for ever, wherever it moves, for pages and the API', async () => {
    const { slug } = await sold('first')
    const [second, third] = [unique('second'), unique('third')]
    await until(() => page(`/products/${slug}`), answer => answer.status === 200)
    await patch(slug, { ...bodyOf(await view(slug)), slug: second })
    await patch(second, { ...bodyOf(await view(second)), slug: third })
    for (const former of [slug, second]) {
      const html = await until(() => page(`/products/${former}`), answer => answer.status === 301)
      expect(html.headers.get('location')).toBe(`/products/${third}`)
      const json = await page(`/api/products/${former}`)
      expect([json.status, json.headers.get('location')]).toEqual([301, `/api/products/${third}`])
    }
    expect((await view(slug)).formerSlugs.toSorted()).toEqual([slug, second].toSorted())
    // Back to the first: it is its own again.
    expect((await patch(third, { ...bodyOf(await view(third)), slug })).body.formerSlugs.toSorted()).toEqual([second, third].toSorted())
    await until(() => page(`/products/${slug}`), answer => answer.status === 200)
    expect((await page(`/api/products/${third}`)).headers.get('location')).toBe(`/api/products/${slug}`)
  })

  test('that leads elsewhere is taken only by who says so; the old links then lead there, and an import may not have it', async () => {
    const { slug } = await sold('left')
    const now = unique('moved')
    await patch(slug, { ...bodyOf(await view(slug)), slug: now })
    const body = { name: 'Taker', slug, category: 'mugs', priceMinor: 1_000 }
    expect(await admin.request<Problem>('POST', '/api/admin/products', body)).toMatchObject({ status: 409, body: { code: 'products/slug-redirects', detail: expect.stringContaining(now) } })
    const other = await sold('other')
    expect((await patch(other.slug, { ...bodyOf(await view(other.slug)), slug })).body.code).toBe('products/slug-redirects')
    await expect(addProduct(shop.database, product(slug))).rejects.toMatchObject({ code: 'products/slug-redirects' })
    expect((await admin.request('POST', '/api/admin/products', { ...body, takeAddress: true })).status).toBe(201)
    await publish(slug, true)
    await shop.settled()
    expect((await admin.get<ProductDetail>(`/api/products/${slug}`)).body.name).toBe('Taker')
    expect((await view(now)).formerSlugs).toEqual([])
  })

  test('that two want at the same time goes to one of them', async () => {
    const [one, two] = [await sold('one'), await sold('two')]
    const slug = unique('wanted')
    const answers = await Promise.all([one, two].map(async each => patch(each.slug, { ...bodyOf(await view(each.slug)), slug })))
    expect(answers.map(answer => answer.status).toSorted()).toEqual([200, 409])
    expect(answers.find(answer => answer.status === 409)!.body.code).toBe('products/slug-taken')
  })
})

describe('a product that is taken off sale', () => {
  test('is nowhere in the shop, and back when it is put on sale again', async () => {
    const word = `zy${crypto.randomUUID().replace(/[^a-z]/g, '').slice(0, 6)}w`
    const { slug, ids } = await sold('off', { name: `${word} mug`, colours: [word] })
    const former = unique('former')
    await patch(slug, { ...bodyOf(await view(slug)), slug: former })
    await patch(former, { ...bodyOf(await view(former)), slug })
    await shop.database.fresh(db => db.execute(sql`update products set sold_count = 1000000 where slug = ${slug}`))
    const buyer = shop.shopper()
    await buyer.add(ids[0]!)
    const mugs = async () => (await admin.get<CategoryList>('/api/categories')).body.items.find(one => one.slug === 'mugs')!.count
    const look = async () => ({
      page: (await page(`/products/${slug}`)).status,
      api: (await page(`/api/products/${slug}`)).status,
      former: (await page(`/api/products/${former}`)).status,
      search: (await admin.get<ProductList>(`/api/products?q=${word}`)).body.items.length,
      listing: (await admin.get<ProductList>(`/api/products?category=mugs&colour=${word}`)).body.items.length,
      facet: (await admin.get<ProductList>('/api/products?q=' + word + '&facets=1')).body.facets!.total,
      suggested: (await admin.get<Suggestions>(`/api/products/suggest?q=${word}`)).body.items.length,
      mapped: (await shop.database.fresh(db => listProductsOfShard(db, ''))).some(one => one.slug === slug),
      recommended: (await admin.get<RecommendationList>('/api/products/north-tote/recommendations')).body.items.some(item => item.slug === slug),
    })
    const there = { page: 200, api: 200, former: 301, search: 1, listing: 1, facet: 1, suggested: 1, mapped: true }
    await until(look, now => Object.entries(there).every(([key, value]) => now[key as keyof typeof now] === value))
    const before = await mugs()
    expect((await publish(slug, false)).body.published).toBe(false)
    await until(look, now => now.page === 404 && now.search === 0 && !now.mapped)
    expect(await look()).toEqual({ page: 404, api: 404, former: 404, search: 0, listing: 0, facet: 0, suggested: 0, mapped: false, recommended: false })
    expect(await until(mugs, count => count < before)).toBe(before - 1)

    const { body: cart } = await buyer.get<Cart>('/api/cart')
    expect(cart).toMatchObject({ lines: [], itemCount: 0, subtotalMinor: 0, gone: [{ variantId: ids[0], name: `${word} mug` }] })
    expect((await buyer.add(ids[1] ?? ids[0]!)).status).toBe(404)
    expect((await buyer.checkout()).body).toMatchObject({ code: 'orders/no-longer-sold' })
    expect((await buyer.request<Cart>('DELETE', `/api/cart/items/${cart.gone[0]!.id}`)).body.gone).toEqual([])

    await publish(slug, true)
    await publish(slug, true)
    await until(look, now => Object.entries(there).every(([key, value]) => now[key as keyof typeof now] === value))
    const kinds = (await shop.auditedWith('productId', (await view(slug)).id)).map(entry => entry.kind)
    expect(kinds.filter(kind => kind.includes('publish'))).toEqual(['products.unpublished', 'products.published'])
    await shop.database.fresh(db => db.execute(sql`update products set sold_count = 0 where slug = ${slug}`))
  })
})

describe('a correction of stock', () => {
  test('is booked once with its reason, never below nothing', async () => {
    const { slug, ids } = await sold('count', { stock: 5 })
    const id = crypto.randomUUID()
    const answers = await Promise.all([correct(slug, ids[0]!, -2, id), correct(slug, ids[0]!, -2, id)])
    expect(answers.map(answer => [answer.status, answer.body.onHand])).toEqual([[200, 3], [200, 3]])
    expect((await correct(slug, ids[0]!, -4)).body).toMatchObject({ code: 'products/stock-below-zero', errors: [{ path: 'by' }] })
    expect((await correct(slug, ids[0]!, 7)).body).toMatchObject({ onHand: 10, reserved: 0, sold: 0 })
    const other = await sold('else')
    expect((await correct(slug, other.ids[0]!, 1)).body.code).toBe('products/unknown-variant')
    expect((await correct(slug, ids[0]!, 0)).status).toBe(422)
    const moves = await shop.database.fresh(db => db.select().from(stockMovements).where(eq(stockMovements.variantId, ids[0]!)).orderBy(stockMovements.id))
    expect(moves.map(move => [move.kind, move.quantity])).toEqual([['received', 5], ['corrected', -2], ['corrected', 7]])
    expect((await shop.auditedWith('variantId', ids[0]!)).map(entry => entry.detail)).toMatchObject([{ by: -2, reason: 'a box fell' }, { by: 7 }])
  })

  test('and purchases at the same time never make it less than nothing, and all adds up', async () => {
    const { slug, ids } = await sold('race', { stock: 6, colours: ['Salt'] })
    const buyers = await Promise.all(Array.from({ length: 6 }, async () => {
      const one = shop.shopper()
      await one.add(ids[0]!)
      return one
    }))
    const outcomes = await Promise.all([...buyers.map(one => one.checkout()), ...Array.from({ length: 6 }, () => correct(slug, ids[0]!, -1))])
    const taken = outcomes.filter(answer => answer.status < 300).length
    expect(taken).toBe(6)
    const [row] = (await view(slug)).variants
    expect(row).toMatchObject({ onHand: 0, sold: 0, reserved: outcomes.slice(0, 6).filter(answer => answer.status === 201).length })
    expect(await brokenInvariants(shop.database, shop.sandboxUrl, { atRest: false })).toEqual({})
    await until(() => admin.get<ProductDetail>(`/api/products/${slug}`), answer => !answer.body.inStock)
  })
})
