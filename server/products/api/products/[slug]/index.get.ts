import type { ProductDetail } from '../../../../../shared/schemas/products.ts'
import { freshness } from '../../../../platform/cache/freshness.ts'
import { definePublicHandler, Moved } from '../../../../platform/cache/public-handler.ts'
import { notFound } from '../../../../platform/http/app-error.ts'
import { readId } from '../../../../platform/http/input.ts'
import { findMovedSlug, findProduct } from '../../../db/detail.ts'
import { slug } from '../../../slug.ts'

export default definePublicHandler(freshness.product, {
  parse: event => ({ slug: readId(event, slug, 'slug', 'product') }),
  load: async (wanted, { read }): Promise<ProductDetail | Moved<{ slug: string }>> => {
    const product = await read(db => findProduct(db, wanted.slug))
    if (product) return product
    const now = await read(db => findMovedSlug(db, wanted.slug))
    if (!now) throw notFound('product')
    return new Moved(`/api/products/${now}`, { slug: now })
  },
})
