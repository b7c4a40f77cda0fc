import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { readShopifyCsv } from '../../server/products/import/read-shopify-csv.ts'
import { slugOf } from '../../server/products/import/shopify-values.ts'
import { type Mapped, toCatalogueProduct } from '../../server/products/import/to-catalogue-product.ts'
import { slug as validSlug } from '../../server/products/slug.ts'
import { firstRow, shopifyCsv, type ShopifyFields } from '../harness/shopify-csv.ts'

async function map(rows: ShopifyFields[]): Promise<Mapped> {
  for await (const group of readShopifyCsv(Readable.from([Buffer.from(shopifyCsv(rows))]), { onRow: () => {}, onReject: () => {} })) {
    return toCatalogueProduct(group, new Date('2026-10-01T00:00:00Z'))
  }
  throw new Error('no rows')
}

async function accepted(rows: ShopifyFields[]) {
  const mapped = await map(rows)
  if (mapped.kind !== 'product') throw new Error(JSON.stringify(mapped))
  return mapped
}

async function reasons(rows: ShopifyFields[]) {
  const mapped = await map(rows)
  return mapped.kind === 'unpublished' ? ['unpublished'] : mapped.rejections.map(({ line, reason }) => `${line}: ${reason}`)
}

const shirt = firstRow('shirt', { 'Title': 'Shirt', 'Option1 Name': 'Color', 'Option1 Value': 'Navy', 'Option2 Name': 'Size', 'Option2 Value': 'S', 'Variant SKU': 'N-S' })

describe('when rows become a product', () => {
  test('then its fields are taken over', async () => {
    const { product } = await accepted([
      { ...shirt, 'Title': 'Salt &amp; <b>Pepper</b>', 'Vendor': 'Mill &amp; Co', 'Type': 'Mens Shirts', 'Tags': 'linen, summer, linen', 'Variant Grams': '250', 'Variant Compare At Price': '20', 'Image Src': 'https://pictures.example/1.jpg' },
      { 'Handle': 'shirt', 'Option1 Value': 'Navy', 'Option2 Value': 'M', 'Variant Price': '14', 'Image Src': 'https://pictures.example/2.jpg', 'Image Alt Text': 'From behind', 'Variant Image': 'https://pictures.example/1.jpg' },
      { 'Handle': 'shirt', 'Image Src': 'https://pictures.example/1.jpg' },
    ])
    expect(product).toMatchObject({
      slug: 'shirt',
      name: 'Salt & Pepper',
      category: 'mens-shirts',
      tags: ['linen', 'summer'],
      attributes: { vendor: 'Mill & Co', weightGrams: 250 },
      options: [{ name: 'Color', values: ['Navy'] }, { name: 'Size', values: ['S', 'M'] }],
      variants: [
        { sku: 'N-S', options: { Color: 'Navy', Size: 'S' }, priceMinor: 1250, compareAtMinor: 2000, stock: 5 },
        { sku: expect.stringMatching(/^SHIRT-[0-9A-F]{8}$/), options: { Color: 'Navy', Size: 'M' }, priceMinor: 1400, compareAtMinor: null, stock: 0 },
      ],
      pictures: [
        { key: expect.stringMatching(/^[0-9a-f]{20}$/), tint: expect.stringMatching(/^#[0-9a-f]{6}$/), drawing: null, sourceUrl: 'https://pictures.example/1.jpg', alt: 'Salt & Pepper', optionValue: 'Navy' },
        { sourceUrl: 'https://pictures.example/2.jpg', alt: 'From behind', optionValue: null },
      ],
    })
  })

  test('then a product without a choice has no options, and one without a type is on the shelf "other"', async () => {
    const { product } = await accepted([firstRow('stool', { 'Option1 Value': 'Camp Stool', 'Variant SKU': '\'0042' })])
    expect(product).toMatchObject({ category: 'other', options: [], variants: [{ sku: '0042', options: {} }] })
  })

  test('then a SKU that is missing is the same at each import and differs between variants', async () => {
    const rows = [{ ...shirt, 'Variant SKU': '' }, { 'Handle': 'shirt', 'Option1 Value': 'Navy', 'Option2 Value': 'M', 'Variant Price': '14' }]
    const skus = (await accepted(rows)).product.variants.map(variant => variant.sku)
    expect(new Set(skus).size).toBe(2)
    const again = (await accepted([{ ...rows[0]!, 'Variant Price': '99', 'Title': 'Renamed' }, rows[1]!])).product.variants.map(variant => variant.sku)
    expect(again).toEqual(skus)
  })

  test.each([
    [{ 'Variant Price': '' }, 'the price is missing'],
    [{ 'Variant Price': '12,50' }, 'the price "12,50" has a comma; write it with a point and no separator, as in 1234.50'],
    [{ 'Variant Price': '£12' }, 'the price "£12" is not an amount such as 12.50'],
    [{ 'Variant Price': '1e3' }, 'the price "1e3" is not an amount such as 12.50'],
    [{ 'Variant Price': '-1.00' }, 'the price "-1.00" is not an amount such as 12.50'],
    [{ 'Variant Price': '12.505' }, 'the price "12.505" is not an amount such as 12.50'],
    [{ 'Variant Price': '0.00' }, 'the price is zero'],
    [{ 'Variant Price': '1000000.01' }, 'the price "1000000.01" is above 1,000,000.00'],
    [{ 'Variant Compare At Price': 'old' }, 'the compare-at price "old" is not an amount such as 12.50'],
    [{ 'Variant Inventory Qty': '-1' }, 'the stock "-1" is negative'],
    [{ 'Variant Inventory Qty': 'many' }, 'the stock "many" is not a whole number up to 1,000,000'],
    [{ 'Variant SKU': 'x'.repeat(101) }, 'the SKU is too long: 101 characters where 100 fit'],
    [{ 'Variant SKU': 'N-S' }, 'its SKU "N-S" is that of line 2'],
    [{ 'Option2 Value': '' }, 'it has no value for the option "Size"'],
    [{ 'Option2 Value': 'S' }, 'it has the same options as line 2'],
  ])('when a row has %o, then that row alone is left out and the reason told', async (fault, reason) => {
    const mapped = await accepted([shirt, { 'Handle': 'shirt', 'Option1 Value': 'Navy', 'Option2 Value': 'M', 'Variant SKU': 'N-M', 'Variant Price': '14', ...fault }, { 'Handle': 'shirt', 'Option1 Value': 'Navy', 'Option2 Value': 'L', 'Variant SKU': 'N-L', 'Variant Price': '14' }])
    expect(mapped.product.variants.map(variant => variant.sku)).toEqual(['N-S', 'N-L'])
    expect(mapped.rejections).toEqual([{ line: 3, rows: 1, handle: 'shirt', reason }])
  })

  test.each([
    [{ Title: '' }, 'the title is missing'],
    [{ Title: 'x'.repeat(256) }, 'the title is too long: 256 characters where 255 fit'],
    [{ 'Body (HTML)': 'x'.repeat(200_001) }, 'the description is too long: 200001 characters where 200000 fit'],
    [{ 'Option2 Name': 'Color', 'Option2 Value': 'Red' }, 'two of its options have the same name'],
    [{ 'Gift Card': 'true' }, 'gift cards are not supported'],
  ])('when the product has %o, then it is left out as a whole', async (fault, reason) => {
    const mapped = await map([{ ...shirt, ...fault }, { 'Handle': 'shirt', 'Option1 Value': 'Navy', 'Option2 Value': 'M', 'Variant Price': '14' }])
    expect(mapped).toEqual({ kind: 'rejected', rejections: [{ line: 2, rows: 2, handle: 'shirt', reason }] })
  })

  test('when no variant is usable, then every row of the product is accounted for', async () => {
    expect(await reasons([{ ...shirt, 'Variant Price': 'free' }, { 'Handle': 'shirt', 'Image Src': 'https://pictures.example/1.jpg' }])).toEqual([
      '2: the price "free" is not an amount such as 12.50',
      '3: its product has no usable variant',
    ])
  })

  test('when it is a draft, archived or not published, then it is neither imported nor a fault', async () => {
    for (const fields of [{ Published: 'false' }, { Published: 'FALSE' }, { Status: 'draft' }, { Status: 'archived' }]) expect(await map([{ ...shirt, ...fields }])).toEqual({ kind: 'unpublished' })
  })

  test('when a picture\'s address is none, then the product comes without it', async () => {
    const { product, rejections } = await accepted([{ ...shirt, 'Image Src': 'javascript:alert(1)' }])
    expect(product.pictures).toEqual([])
    expect(rejections).toMatchObject([{ line: 2, rows: 0 }])
  })
})

test('when a handle has other letters than a URL, then its slug is valid, stable and its own', () => {
  expect(slugOf('Æther Straße 50%')).toBe('aether-strasse-50')
  expect(slugOf('crème-brûlée')).toBe('creme-brulee')
  expect(slugOf('чай')).toMatch(/^product-[0-9a-f]{10}$/)
  expect(slugOf('чай')).not.toBe(slugOf('сыр'))
  const long = [slugOf(`${'a-'.repeat(100)}1`), slugOf(`${'a-'.repeat(100)}2`)]
  expect(new Set(long).size).toBe(2)
  for (const slug of [...long, slugOf('--x--'), slugOf('чай')]) expect(validSlug.safeParse(slug).success, slug).toBe(true)
})
