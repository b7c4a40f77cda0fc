import type { ProductDetail } from '../../../../../shared/schemas/products.ts'
import { freshness } from '../../../../platform/cache/freshness.ts'
import { definePublicHandler } from '../../../../platform/cache/public-handler.ts'
import { notFound } from '../../../../platform/http/app-error.ts'
import { readId } from '../../../../platform/http/input.ts'
import { findProduct } from '../../../db/detail.ts'
import { slug } from '../../../slug.ts'

export default definePublicHandler(freshness.product, {
  parse: event => ({ slug: readId(event, slug, 'slug', 'product') }),
  load: async (wanted, { read }): Promise<ProductDetail> => {
    const product = await read(db => findProduct(db, wanted.slug))
    if (!product) throw notFound('product')
    return product
  },
})
