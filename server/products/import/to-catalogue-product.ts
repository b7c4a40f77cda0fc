import type { Attributes } from '../db/tables.ts'
import type { CatalogueProduct, CataloguePicture } from '../catalogue-product.ts'
import type { Rejection, RowGroup, ShopifyRow } from './read-shopify-csv.ts'
import { plainTextOf, sanitiseDescription } from './sanitise-description.ts'
import type { Column } from './shopify-columns.ts'
import { BadValue, categoryOf, limited, minorOf, priceOf, shortHash, skuOf, slugOf, stockOf } from './shopify-values.ts'

type Variant = CatalogueProduct['variants'][number]

export type Mapped
  /** `lineOf` tells where each SKU stands in the file. */
  = | { kind: 'product', product: CatalogueProduct, lineOf: Map<string, number>, rejections: Rejection[] }
    | { kind: 'unpublished' }
    | { kind: 'rejected', rejections: Rejection[] }

/**
 * Makes a product of its rows. Rows that cannot be used are left out and named; without a usable variant, or with a
 * fault in what all variants share, the product is left out as a whole.
 */
export function toCatalogueProduct({ handle, rows }: RowGroup, publishedAt: Date): Mapped {
  const first = rows.find(row => row.field('title') !== '') ?? rows[0]!
  const wholly = (reason: string): Mapped => ({ kind: 'rejected', rejections: [{ line: rows[0]!.line, rows: rows.length, handle, reason }] })
  if (isUnpublished(first)) return { kind: 'unpublished' }
  if (first.field('giftCard').toLowerCase() === 'true') return wholly('gift cards are not supported')
  try {
    const shared = readShared(handle, first)
    const { variants, lineOf, rejections } = readVariants(handle, rows, shared)
    if (variants.length === 0) return { kind: 'rejected', rejections: [...rejections, ...orphans(handle, rows, rejections)] }
    const options = optionsOf(shared.optionNames, variants)
    const pictures = readPictures(rows, shared, rejections, handle)
    return { kind: 'product', lineOf, rejections, product: { ...shared.fields, options, variants: variants.map(({ row: _, ...variant }) => variant), pictures, publishedAt: publishedAt.toISOString() } }
  }
  catch (error) {
    if (error instanceof BadValue) return wholly(error.message)
    throw error
  }
}

function isUnpublished(row: ShopifyRow): boolean {
  const status = row.field('status').toLowerCase()
  return row.field('published').toLowerCase() === 'false' || (status !== '' && status !== 'active')
}

interface Shared {
  fields: Pick<CatalogueProduct, 'slug' | 'name' | 'category' | 'description' | 'attributes' | 'tags'>
  optionNames: string[]
}

function readShared(handle: string, row: ShopifyRow): Shared {
  limited(handle, 'the handle', 255)
  const name = limited(plainTextOf(row.field('title')), 'the title', 255)
  if (name === '') throw new BadValue('the title is missing')
  const vendor = limited(plainTextOf(row.field('vendor')), 'the vendor', 255)
  const grams = Number(row.field('grams'))
  const attributes: Attributes = { ...(vendor && { vendor }), ...(grams > 0 && grams < 1_000_000_000 && { weightGrams: grams }) }
  const tags = [...new Set(row.field('tags').split(',').map(tag => limited(plainTextOf(tag), 'a tag', 255)).filter(tag => tag !== ''))]
  if (tags.length > 250) throw new BadValue(`it has ${tags.length} tags where 250 fit`)
  if (row.field('option4Name') || row.field('option4Value')) throw new BadValue('it has more than three options')
  const optionNames = (['option1Name', 'option2Name', 'option3Name'] as const).map(column => limited(plainTextOf(row.field(column)), 'an option\'s name', 255))
  const given = optionNames.filter(option => option !== '')
  if (new Set(given.map(option => option.toLowerCase())).size < given.length) throw new BadValue('two of its options have the same name')
  return {
    fields: {
      slug: slugOf(handle),
      name,
      category: categoryOf(row.field('type'), row.field('productCategory')),
      description: sanitiseDescription(limited(row.field('body'), 'the description', 200_000)),
      attributes,
      tags,
    },
    optionNames,
  }
}

const optionColumns = ['option1Value', 'option2Value', 'option3Value'] as const satisfies readonly Column[]
const isVariant = (row: ShopifyRow) => row.field('price') !== '' || row.field('sku') !== '' || row.field('option1Value') !== ''

function readVariants(handle: string, rows: ShopifyRow[], shared: Shared) {
  const variants: (Variant & { row: ShopifyRow })[] = []
  const rejections: Rejection[] = []
  const lineOf = new Map<string, number>()
  const lineOfOptions = new Map<string, number>()
  for (const [index, row] of rows.entries()) {
    if (index > 0 && !isVariant(row)) continue
    try {
      const variant = readVariant(handle, row, shared)
      const combination = JSON.stringify(variant.options)
      const twinOf = lineOfOptions.get(combination)
      if (twinOf !== undefined) throw new BadValue(`it has the same options as line ${twinOf}`)
      const sameSku = lineOf.get(variant.sku)
      if (sameSku !== undefined) throw new BadValue(`its SKU "${variant.sku}" is that of line ${sameSku}`)
      lineOf.set(variant.sku, row.line)
      lineOfOptions.set(combination, row.line)
      variants.push({ ...variant, row })
    }
    catch (error) {
      if (!(error instanceof BadValue)) throw error
      rejections.push({ line: row.line, rows: 1, handle, reason: error.message })
    }
  }
  return { variants, lineOf, rejections }
}

function readVariant(handle: string, row: ShopifyRow, { fields, optionNames }: Shared): Variant {
  const options: Record<string, string> = {}
  for (const [index, column] of optionColumns.entries()) {
    const name = optionNames[index]!
    const value = limited(plainTextOf(row.field(column)), 'an option\'s value', 255)
    if (name === '' && value !== '') throw new BadValue(`it has a value for option ${index + 1}, which its product does not name`)
    if (name !== '' && value === '') throw new BadValue(`it has no value for the option "${name}"`)
    // Shopify's way to say that there is nothing to choose.
    if (name !== '' && name !== 'Title') options[name] = value
    else if (name === 'Title' && optionNames.filter(Boolean).length === 1 && value !== 'Default Title') options[name] = value
  }
  const priceMinor = priceOf(row.field('price'))
  const compareAt = row.field('compareAt') === '' ? 0 : minorOf(row.field('compareAt'), 'the compare-at price')
  return {
    sku: skuOf(row.field('sku')) || derivedSku(handle, fields.slug, options),
    options,
    priceMinor,
    compareAtMinor: compareAt > priceMinor ? compareAt : null,
    stock: stockOf(row.field('stock')),
  }
}

/** The same for the same handle and options, whatever else changes and wherever it stands in the file. */
function derivedSku(handle: string, slug: string, options: Record<string, string>): string {
  return `${slug.slice(0, 80)}-${shortHash(JSON.stringify([handle, options]), 8)}`.toUpperCase()
}

/** Values in the order in which the variants bring them. A single variant offers no choice of title. */
function optionsOf(names: string[], variants: Variant[]): CatalogueProduct['options'] {
  if (variants.length === 1 && variants[0]!.options.Title !== undefined) variants[0]!.options = {}
  return names.filter(name => name !== '' && variants.some(variant => variant.options[name] !== undefined))
    .map(name => ({ name, values: [...new Set(variants.map(variant => variant.options[name]!))] }))
}

/** Rows of a product without a usable variant that were not themselves at fault. */
function orphans(handle: string, rows: ShopifyRow[], rejections: Rejection[]): Rejection[] {
  const named = new Set(rejections.map(({ line }) => line))
  return rows.filter(row => !named.has(row.line)).map(row => ({ line: row.line, rows: 1, handle, reason: 'its product has no usable variant' }))
}

const tints = ['#e4ddd3', '#d8e0dc', '#dcd8e0', '#e6dccb', '#d3dde4', '#e3d6d2', '#dfe2d2', '#d9d9d9']

function readPictures(rows: ShopifyRow[], { fields, optionNames }: Shared, rejections: Rejection[], handle: string): CataloguePicture[] {
  const pictures = new Map<string, CataloguePicture>()
  const colour = Math.max(0, optionNames.findIndex(name => /^colou?r$/i.test(name)))
  const add = (row: ShopifyRow, column: 'image' | 'variantImage', optionValue: string | null) => {
    const url = row.field(column)
    if (url === '') return
    if (url.length > 2_000 || !/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      rejections.push({ line: row.line, rows: 0, handle, reason: 'the picture\'s address is not a web address; the rest of the row was imported' })
      return
    }
    const key = shortHash(url, 20)
    const known = pictures.get(key)
    if (known) known.optionValue ??= optionValue
    else pictures.set(key, { key, tint: tints[Number.parseInt(key.slice(0, 4), 16) % tints.length]!, drawing: null, sourceUrl: url, alt: plainTextOf(row.field('imageAlt')).slice(0, 500) || fields.name, optionValue })
  }
  for (const row of rows) add(row, 'image', null)
  if (optionNames[0] && optionNames[0] !== 'Title') for (const row of rows) add(row, 'variantImage', plainTextOf(row.field(optionColumns[colour]!)) || null)
  return [...pictures.values()].slice(0, 250)
}
