import { createHash } from 'node:crypto'

/** A field that cannot be used; its message says why, and begins in lower case. */
export class BadValue extends Error {
  override name = 'BadValue'
}

const letters: Record<string, string> = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' }

/** Lower-case ASCII words with hyphens; empty when nothing of that kind is in `text`. */
export function kebab(text: string): string {
  return text.toLowerCase().replace(/[ßæœøłđðþı]/g, letter => letters[letter]!)
    .normalize('NFKD').replace(/\p{M}|['’]/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
}

export const shortHash = (text: string, characters: number) => createHash('sha256').update(text).digest('hex').slice(0, characters)

const maxSlug = 120

/** The URL's part for a handle; one that loses all or much of itself gets a hash of the original. */
export function slugOf(handle: string): string {
  const slug = kebab(handle)
  if (slug === '') return `product-${shortHash(handle, 10)}`
  return slug.length <= maxSlug ? slug : `${slug.slice(0, maxSlug - 11).replace(/-$/, '')}-${shortHash(handle, 10)}`
}

/** The part after the last `>` of a taxonomy path names the shelf. */
export function categoryOf(type: string, productCategory: string): string {
  return kebab(type || (productCategory.split('>').at(-1) ?? '')).slice(0, 80).replace(/-$/, '') || 'other'
}

export function limited(text: string, what: string, max: number): string {
  if (text.length > max) throw new BadValue(`${what} is too long: ${text.length} characters where ${max} fit`)
  return text
}

const quoted = (text: string) => `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`

/** Pence from pounds with a decimal point. @throws {BadValue} */
export function minorOf(text: string, what: string): number {
  if (text === '') throw new BadValue(`${what} is missing`)
  if (text.includes(',')) throw new BadValue(`${what} ${quoted(text)} has a comma; write it with a point and no separator, as in 1234.50`)
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text) ?? []
  if (whole === undefined) throw new BadValue(`${what} ${quoted(text)} is not an amount such as 12.50`)
  const minor = Number(whole) * 100 + Number(part.padEnd(2, '0'))
  if (minor > 100_000_000) throw new BadValue(`${what} ${quoted(text)} is above 1,000,000.00`)
  return minor
}

/** What can be sold without a price is a mistake more often than a gift. @throws {BadValue} */
export function priceOf(text: string): number {
  const minor = minorOf(text, 'the price')
  if (minor === 0) throw new BadValue('the price is zero')
  return minor
}

/** Empty means none. @throws {BadValue} */
export function stockOf(text: string): number {
  if (text === '') return 0
  if (/^-\d+(?:\.0+)?$/.test(text)) throw new BadValue(`the stock ${quoted(text)} is negative`)
  if (!/^\d{1,7}(?:\.0+)?$/.test(text) || Number(text) > 1_000_000) throw new BadValue(`the stock ${quoted(text)} is not a whole number up to 1,000,000`)
  return Number(text)
}

/** Spreadsheets keep leading zeros with an apostrophe in front. */
export const skuOf = (text: string) => limited(text.replace(/^'/, ''), 'the SKU', 100)
