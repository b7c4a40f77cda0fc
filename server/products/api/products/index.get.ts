import { defineCachedEventHandler } from 'nitropack/runtime'
import { productQuery, type ProductList } from '../../../../shared/schemas/products.ts'
import { cacheKey } from '../../../platform/cache/cache-key.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { readQuery } from '../../../platform/http/input.ts'
import { findProducts } from '../../find-products.ts'

export default defineCachedEventHandler(
  (event): Promise<ProductList> => databaseFor(event).readPublic(db => findProducts(db, readQuery(event, productQuery))),
  { name: 'products', swr: true, maxAge: 10, staleMaxAge: 60, getKey: event => cacheKey(readQuery(event, productQuery)) },
)
