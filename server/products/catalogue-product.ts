import type { Attributes } from './db/tables.ts'

/** A product as the seed and the import hand it over. Prices in pence; `description` is safe HTML. */
export interface CatalogueProduct {
  slug: string
  name: string
  category: string
  description: string
  attributes: Attributes
  tags: string[]
  options: { name: string, values: string[] }[]
  variants: { sku: string, options: Record<string, string>, priceMinor: number, compareAtMinor: number | null, stock: number }[]
  pictures: CataloguePicture[]
  /** ISO 8601 */
  publishedAt: string
}

export interface CataloguePicture {
  /** Content key, 20 hex characters. */
  key: string
  /** `#rrggbb`, shown until the picture is there. */
  tint: string
  /** A `data:` URI, when it is known beforehand. */
  preview?: string
  drawing: Record<string, unknown> | null
  sourceUrl: string | null
  alt: string
  optionValue: string | null
}
