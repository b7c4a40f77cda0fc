import type { ProductDetail } from '#shared/schemas/products'

/** schema.org Product, for search engines; only ever needed in server-rendered HTML. */
export function useProductSchema(product: ProductDetail) {
  const origin = useRuntimeConfig().public.siteUrl
  const schema = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    'name': product.name,
    'description': product.description,
    'image': product.images.map(image => `${origin}/pictures/${image.key}/1280.webp`),
    'offers': {
      '@type': 'AggregateOffer',
      'priceCurrency': product.currency,
      'lowPrice': (product.priceMinor / 100).toFixed(2),
      'highPrice': (product.maxPriceMinor / 100).toFixed(2),
      'availability': `https://schema.org/${product.inStock ? 'InStock' : 'SoldOut'}`,
      'url': `${origin}/products/${product.slug}`,
    },
  }
  useHead({ script: [{ type: 'application/ld+json', innerHTML: JSON.stringify(schema).replaceAll('<', '\\u003c') }] })
}
