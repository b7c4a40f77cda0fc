import { defineCachedEventHandler } from 'nitropack/runtime'
import type { ProductDetail } from '../../../../../shared/schemas/products.ts'
import { cacheKey } from '../../../../platform/cache/cache-key.ts'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { notFound } from '../../../../platform/http/app-error.ts'
import { readId } from '../../../../platform/http/input.ts'
import { findProduct } from '../../../db/detail.ts'
import { slug } from '../../../slug.ts'

export default defineCachedEventHandler(async (event): Promise<ProductDetail> => {
  const product = await databaseFor(event).readPublic(db => findProduct(db, readId(event, slug, 'slug', 'product')))
  if (!product) throw notFound('product')
  return product
}, { name: 'product', swr: true, maxAge: 5, staleMaxAge: 60, getKey: event => cacheKey({ slug: readId(event, slug, 'slug', 'product') }) })
