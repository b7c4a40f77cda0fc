import type { CategoryList } from '../../../shared/schemas/products.ts'
import { freshness } from '../../platform/cache/freshness.ts'
import { definePublicHandler } from '../../platform/cache/public-handler.ts'
import { listCategories } from '../db/detail.ts'

export default definePublicHandler(freshness.categories, {
  parse: () => ({}),
  load: async (_, { read }): Promise<CategoryList> => ({ items: await read(listCategories) }),
})
