import { defineCachedEventHandler } from 'nitropack/runtime'
import { suggestQuery, type Suggestions } from '../../../../shared/schemas/products.ts'
import { cacheKey } from '../../../platform/cache/cache-key.ts'
import { databaseFor } from '../../../platform/db/for-event.ts'
import { readQuery } from '../../../platform/http/input.ts'
import { suggest } from '../../find-products.ts'

export default defineCachedEventHandler(
  (event): Promise<Suggestions> => databaseFor(event).readPublic(db => suggest(db, readQuery(event, suggestQuery).q)),
  { name: 'suggest', swr: true, maxAge: 60, staleMaxAge: 300, getKey: event => cacheKey(readQuery(event, suggestQuery)) },
)
