/**
 * Sitemaps (sitemaps.org protocol 0.9, with Google's image extension), in as many files as the catalogue needs.
 *
 * A product's file is named by the first digits of its id, which are random: the files are of one size, a new product moves
 * no other one into another file, and each file is one range of the primary key.
 */
import type { Reader } from '../platform/db/database.ts'
import { hasMoreProductsThan } from './db/sitemap.ts'
import type { MappedProduct } from './db/sitemap.ts'

/** The protocol allows 50,000 addresses a file; ids are spread evenly, but not exactly. */
const perFile = 40_000

const hex = [...'0123456789abcdef']

/** The names of the products' files, as `products` or `products-3f`. `limit` is for tests. */
export async function shardsOf(db: Reader, limit = perFile): Promise<string[]> {
  if (!await hasMoreProductsThan(db, limit)) return ['products']
  if (!await hasMoreProductsThan(db, limit * hex.length)) return hex.map(digit => `products-${digit}`)
  return hex.flatMap(first => hex.map(second => `products-${first}${second}`))
}

/** The digits that a file's name stands for; null when it is no such name. */
export function digitsOf(shard: string): string | null {
  const [, digits = ''] = /^products(?:-([0-9a-f]{1,2}))?$/.exec(shard) ?? [null, null]
  return digits
}

const escaped = (text: string) => text.replace(/[&<>"']/g, found => `&#${found.charCodeAt(0)};`)
const document = (root: string, attributes: string, items: string[]) => `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"${attributes}>\n${items.join('\n')}\n</${root}>\n`

/** The list of the files. */
export function sitemapIndex(origin: string, shards: readonly string[]): string {
  return document('sitemapindex', '', shards.map(shard => `<sitemap><loc>${escaped(`${origin}/sitemaps/${shard}.xml`)}</loc></sitemap>`))
}

/** A file of plain addresses. */
export function sitemapOfPages(origin: string, paths: readonly string[]): string {
  return document('urlset', '', paths.map(path => `<url><loc>${escaped(origin + path)}</loc></url>`))
}

/** A file of products, each with when it changed and its pictures. */
export function sitemapOfProducts(origin: string, products: readonly MappedProduct[]): string {
  return document('urlset', ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"', products.map(({ slug, changedAt, pictures }) =>
    `<url><loc>${escaped(`${origin}/products/${slug}`)}</loc><lastmod>${changedAt.toISOString()}</lastmod>${pictures.map(key => `<image:image><image:loc>${escaped(`${origin}/pictures/${key}/1280.webp`)}</image:loc></image:image>`).join('')}</url>`))
}
