import { suggestQuery, type Suggestions } from '../../../../shared/schemas/products.ts'
import { freshness } from '../../../platform/cache/freshness.ts'
import { definePublicHandler } from '../../../platform/cache/public-handler.ts'
import { readQuery } from '../../../platform/http/input.ts'
import { suggest } from '../../find-products.ts'

export default definePublicHandler(freshness.suggestions, {
  parse: event => readQuery(event, suggestQuery),
  load: ({ q }, { read }): Promise<Suggestions> => read(db => suggest(db, q)),
})
