import type { ProductDetail } from '#shared/schemas/products'
import type { ReviewList } from '#shared/schemas/reviews'

/** schema.org Product, for search engines; only ever needed in server-rendered HTML. */
export function useProductSchema(product: ProductDetail, reviews: ReviewList | null = null) {
  const origin = useRuntimeConfig().public.siteUrl
  const schema = {
    '@context': 'https://schema.org',
    '@type': 'Product',
    'name': product.name,
    'description': product.description.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim(),
    'sku': product.variants[0]?.sku,
    'category': product.category.name,
    'brand': { '@type': 'Brand', 'name': 'Monolith Supply' },
    'image': product.images.map(image => `${origin}/pictures/${image.key}/1280.webp`),
    'offers': {
      '@type': 'AggregateOffer',
      'priceCurrency': product.currency,
      'lowPrice': (product.priceMinor / 100).toFixed(2),
      'highPrice': (product.maxPriceMinor / 100).toFixed(2),
      'availability': `https://schema.org/${product.inStock ? 'InStock' : 'SoldOut'}`,
      'url': `${origin}/products/${product.slug}`,
      'offerCount': product.variants.length,
      'offers': product.variants.map(variant => ({
        '@type': 'Offer',
        'sku': variant.sku,
        'price': (variant.priceMinor / 100).toFixed(2),
        'priceCurrency': product.currency,
        'availability': `https://schema.org/${variant.inStock ? 'InStock' : 'SoldOut'}`,
        'itemCondition': 'https://schema.org/NewCondition',
        'url': `${origin}/products/${product.slug}`,
      })),
    },
    ...(reviews?.summary && {
      aggregateRating: { '@type': 'AggregateRating', 'ratingValue': reviews.summary.average, 'reviewCount': reviews.summary.count, 'bestRating': 5, 'worstRating': 1 },
      review: reviews.items.slice(0, 3).map(({ title, text, name, rating, writtenAt }) => ({
        '@type': 'Review',
        'name': title,
        'reviewBody': text,
        'author': { '@type': 'Person', name },
        'datePublished': writtenAt.slice(0, 10),
        'reviewRating': { '@type': 'Rating', 'ratingValue': rating, 'bestRating': 5, 'worstRating': 1 },
      })),
    }),
  }
  useBreadcrumbSchema([[product.category.name, `/categories/${product.category.slug}`], [product.name, `/products/${product.slug}`]])
  useHead({ script: [{ type: 'application/ld+json', innerHTML: JSON.stringify(schema).replaceAll('<', '\\u003c') }] })
}
