import { describe, expect, it } from 'vitest'
import { drawingSchema, pictureKey } from '../../server/products/pictures/drawing.ts'
import { buildCatalogue, categories } from '../../server/products/seed/catalogue.ts'

const catalogue = buildCatalogue()
const variants = catalogue.flatMap(product => product.variants)
const unique = (values: readonly string[]) => new Set(values).size === values.length

describe('the shop’s own catalogue', () => {
  it('is the same every time', () => {
    expect(buildCatalogue()).toEqual(catalogue)
  })

  it('has at least 330 products in six categories, each with its story', () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(330)
    expect(new Set(catalogue.map(product => product.category))).toEqual(new Set(categories.map(category => category.slug)))
    for (const { story } of categories) expect(story.match(/[.!?]( |$)/g)).toHaveLength(2)
    expect(unique(categories.map(category => category.story))).toBe(true)
  })

  it('gives every product its own name, slug and description, and every variant its own SKU', () => {
    expect(unique(catalogue.map(product => product.name))).toBe(true)
    expect(unique(catalogue.map(product => product.slug))).toBe(true)
    expect(unique(catalogue.map(product => product.description))).toBe(true)
    expect(unique(variants.map(variant => variant.sku))).toBe(true)
    for (const { slug } of catalogue) expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })

  it('offers at least three variants of everything, each choosing one value of every option', () => {
    for (const product of catalogue) {
      expect(product.variants.length).toBeGreaterThanOrEqual(3)
      expect(unique(product.variants.map(variant => JSON.stringify(variant.options)))).toBe(true)
      for (const variant of product.variants) {
        expect(Object.keys(variant.options).sort()).toEqual(product.options.map(option => option.name).sort())
        for (const option of product.options) expect(option.values).toContain(variant.options[option.name])
      }
    }
  })

  it('has prices in whole pence between a pound and two hundred, and sale prices below what they were', () => {
    for (const { priceMinor, compareAtMinor } of variants) {
      expect(Number.isInteger(priceMinor)).toBe(true)
      expect(priceMinor).toBeGreaterThanOrEqual(100)
      expect(priceMinor).toBeLessThan(20_000)
      if (compareAtMinor !== null) expect(compareAtMinor).toBeGreaterThan(priceMinor)
    }
    expect(variants.some(variant => variant.compareAtMinor !== null)).toBe(true)
  })

  it('has sold-out, nearly sold-out and plentiful variants', () => {
    for (const { stock } of variants) expect(Number.isInteger(stock) && stock >= 0).toBe(true)
    expect(variants.some(variant => variant.stock === 0)).toBe(true)
    expect(variants.some(variant => variant.stock > 0 && variant.stock <= 5)).toBe(true)
    expect(variants.some(variant => variant.stock > 50)).toBe(true)
  })

  it('has one product of which nothing is left, one whose first variant is sold out and one with two left, none in the first row of its category', () => {
    const placed = catalogue.map(product => ({ ...product, place: catalogue.filter(other => other.category === product.category).indexOf(product) }))
    const behind = placed.filter(({ place }) => place >= 4 && place < 12)
    expect(placed.filter(product => product.variants.every(variant => variant.stock === 0)).map(({ slug }) => slug)).toEqual(['station-buffet-print'])
    expect(behind.map(({ slug }) => slug)).toContain('station-buffet-print')
    expect(behind.some(({ variants: [first, ...others] }) => first!.stock === 0 && others.some(variant => variant.stock > 0))).toBe(true)
    expect(behind.some(({ variants: [first] }) => first!.stock === 2)).toBe(true)
  })

  it('uses only safe tags and leaves no placeholder unfilled', () => {
    for (const { description } of catalogue) {
      expect(description.replace(/<\/?(p|ul|li|em|strong)>/g, '')).not.toMatch(/[<>{}]|undefined/)
      expect(description.length).toBeGreaterThan(180)
    }
  })

  it('shows each product at least four times, in drawings that can be drawn, with words for those who don’t see them', () => {
    for (const product of catalogue) {
      expect(product.pictures.length).toBeGreaterThanOrEqual(4)
      expect(unique(product.pictures.map(picture => picture.alt))).toBe(true)
      expect(unique(product.pictures.map(picture => pictureKey(drawingSchema.parse(picture.drawing))))).toBe(true)
      for (const { alt, optionValue } of product.pictures) {
        expect(alt.length).toBeGreaterThan(30)
        if (optionValue !== null) expect(product.options.flatMap(option => option.values)).toContain(optionValue)
      }
    }
  })

  it('was published over the two years before November 2026', () => {
    for (const { publishedAt } of catalogue) {
      expect(Date.parse(publishedAt)).toBeLessThan(Date.UTC(2026, 10, 2))
      expect(Date.parse(publishedAt)).toBeGreaterThan(Date.UTC(2024, 9, 31))
    }
  })
})
