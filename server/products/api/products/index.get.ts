import { productQuery, type ProductList } from '../../../../shared/schemas/products.ts'
import { freshness } from '../../../platform/cache/freshness.ts'
import { definePublicHandler } from '../../../platform/cache/public-handler.ts'
import { readQuery } from '../../../platform/http/input.ts'
import { findProducts } from '../../find-products.ts'

export default definePublicHandler(freshness.listing, {
  parse: event => readQuery(event, productQuery),
  load: (query, { read }): Promise<ProductList> => read(db => findProducts(db, query)),
})
