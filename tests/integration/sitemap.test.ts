import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasMoreProductsThan, listProductsOfShard } from '../../server/products/db/sitemap.ts'
import { saveProducts } from '../../server/products/save-product.ts'
import { digitsOf, shardsOf, sitemapOfProducts } from '../../server/products/sitemap.ts'
import { product } from '../harness/fixtures.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'
import { runningShop } from '../harness/running-shop.ts'

const shop = runningShop()
let own: OwnDatabase
const count = 90
beforeAll(async () => {
  own = await ownDatabase()
  await own.database.write(tx => saveProducts(tx, Array.from({ length: count }, (_, index) => product(`mapped-${index}`))))
})
afterAll(async () => {
  await own.drop()
  await shop.close()
})

const locations = (xml: string) => [...xml.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, address]) => address!)

describe('the sitemap', () => {
  test.each([[count, 1], [count - 1, 16], [5, 256]])('at most about %i products a file make %i files, which hold each product once', async (limit, files) => {
    const shards = await own.database.fresh(db => shardsOf(db, limit))
    expect(shards).toHaveLength(files)
    const held = await Promise.all(shards.map(shard => own.database.fresh(db => listProductsOfShard(db, digitsOf(shard)!))))
    const slugs = held.flat().map(one => one.slug)
    expect(slugs).toHaveLength(count)
    expect(new Set(slugs).size).toBe(count)
  })

  test('knows whether there are more than so many', async () => {
    expect(await own.database.fresh(db => hasMoreProductsThan(db, count))).toBe(false)
    expect(await own.database.fresh(db => hasMoreProductsThan(db, count - 1))).toBe(true)
  })

  test('takes no name for a file that is none', () => {
    expect(['products', 'products-a', 'products-3f'].map(digitsOf)).toEqual(['', 'a', '3f'])
    expect(['', 'pages', 'products-', 'products-g', 'products-123', '../products'].map(digitsOf)).toEqual([null, null, null, null, null, null])
  })

  test('is well-formed whatever a name holds', () => {
    expect(sitemapOfProducts('https://shop.example', [{ slug: 'a&b<c', changedAt: new Date(0), pictures: ['"k\''] }])).toContain('<loc>https://shop.example/products/a&#38;b&#60;c</loc><lastmod>1970-01-01T00:00:00.000Z</lastmod>')
  })

  test('leads from robots.txt to every product and page, each of which answers', async () => {
    const robots = await (await fetch(`${shop.url}/robots.txt`)).text()
    const index = /^Sitemap: (.+)$/m.exec(robots)![1]!
    expect(index).toBe(`${shop.url}/sitemap.xml`)
    const answer = await fetch(index)
    expect(answer.headers.get('content-type')).toBe('application/xml; charset=utf-8')
    const files = locations(await answer.text())
    expect(files).toEqual([`${shop.url}/sitemaps/pages.xml`, `${shop.url}/sitemaps/products.xml`])
    const [pages, products] = await Promise.all(files.map(async file => locations(await (await fetch(file)).text())))
    expect(pages).toEqual(expect.arrayContaining([`${shop.url}/`, `${shop.url}/about`, `${shop.url}/categories/mugs`]))
    expect(products).toContain(`${shop.url}/products/tidewater-mug`)
    for (const address of pages!) expect((await fetch(address, { headers: { accept: 'text/html' } })).status, address).toBe(200)
  })

  test.each(['/sitemaps/nothing.xml', '/sitemaps/products-zz.xml', '/sitemaps/products', '/sitemaps/..%2Fpages.xml'])('%s is 404', async (path) => {
    expect((await fetch(shop.url + path)).status).toBe(404)
  })

  test('robots are kept from what belongs to a shopper, and not from the shop', async () => {
    const robots = await (await fetch(`${shop.url}/robots.txt`)).text()
    for (const path of ['/admin', '/account', '/cart', '/checkout', '/orders/']) expect(robots).toContain(`Disallow: ${path}\n`)
    expect(robots).not.toMatch(/^Disallow: \/(?:products|categories|$)/m)
  })

  test('llms.txt tells what there is, in links that answer', async () => {
    const text = await (await fetch(`${shop.url}/llms.txt`)).text()
    expect(text).toMatch(/^# Monolith Supply\n\n> /)
    const links = [...text.matchAll(/\]\((\S+)\): \S/g)].map(([, address]) => address!)
    expect(links.length).toBeGreaterThan(8)
    for (const address of links) expect((await fetch(address, { headers: { accept: 'text/html,application/json,*/*' } })).status, address).toBe(200)
  })
})
