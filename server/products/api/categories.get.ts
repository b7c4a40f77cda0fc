import { defineCachedEventHandler } from 'nitropack/runtime'
import type { CategoryList } from '../../../shared/schemas/products.ts'
import { cacheKey } from '../../platform/cache/cache-key.ts'
import { databaseFor } from '../../platform/db/for-event.ts'
import { listCategories } from '../db/detail.ts'

export default defineCachedEventHandler(
  async (event): Promise<CategoryList> => ({ items: await databaseFor(event).readPublic(listCategories) }),
  { name: 'categories', swr: true, maxAge: 60, staleMaxAge: 600, getKey: () => cacheKey({}) },
)
