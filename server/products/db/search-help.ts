import { sql } from 'drizzle-orm'
import type { Suggestions } from '../../../shared/schemas/products.ts'
import type { Reader } from '../../platform/db/database.ts'
import { editDistance, tsqueryOf } from '../search-words.ts'

/** Categories with a word that begins like one of these; at most two. */
export async function matchCategories(db: Reader, words: readonly string[]): Promise<Suggestions['categories']> {
  const beginnings = words.filter(word => word.length > 1).map(word => `\\m${word}`)
  if (beginnings.length === 0) return []
  const { rows } = await db.execute<Suggestions['categories'][number]>(sql`
    select slug, name from categories where name ~* any(${sql.param(beginnings)}::text[]) order by position, name limit 2`)
  return rows
}

/**
 * The words with the last one finished, as the catalogue has it most often; at most two.
 * @param words as `correctWords` answers them
 */
export async function completeSearch(db: Reader, words: readonly (readonly string[])[]): Promise<string[]> {
  const before = words.slice(0, -1).map(([typed, nearest]) => nearest ?? typed!)
  const last = words.at(-1)?.[0] ?? ''
  if (last.length < 2) return []
  const { rows } = await db.execute<{ word: string }>(sql`
    select word from search_words where word like ${`${last}%`} and word <> ${last} order by uses desc, word limit 6`)
  const finished = rows.map(({ word }) => word).filter(word => word !== `${last}s` && !before.includes(word))
  return finished.slice(0, 2).map(word => [...before, word].join(' '))
}

const farthest = (word: string) => Math.max(1, Math.floor(word.length / 2))

/**
 * For a search that found nothing: each word, or the nearest one of the catalogue within half its letters, and of these as many
 * as find something together.
 * @returns undefined when none does
 */
export async function nearestSearch(db: Reader, typed: readonly string[]): Promise<string | undefined> {
  const { rows } = await db.execute<{ typed: string, near: string[] | null }>(sql`
    select typed, (select array_agg(word) from (select word from search_words order by word <-> typed limit 40) as nearest) as near
    from unnest(${sql.param([...typed])}::text[]) as typed`)
  const nearest = new Map(rows.map(row => [row.typed, (row.near ?? []).map(word => ({ word, edits: editDistance(row.typed, word) })).sort((a, b) => a.edits - b.edits)[0]]))
  const meant = typed.flatMap((word) => {
    const best = nearest.get(word)
    return best && best.edits <= farthest(word) ? [best] : []
  })
  if (meant.length === 0) return undefined
  const words = meant.map(({ word }) => word)
  const surest = meant.toSorted((a, b) => a.edits - b.edits || b.word.length - a.word.length).map(({ word }) => word)
  const tries = [...new Set([words.join(' '), ...surest.slice(0, 3)])]
  const { rows: finds } = await db.execute<{ place: number }>(sql`
    select place::int from unnest(${sql.param(tries.map(text => tsqueryOf(text.split(' ').map(word => [word]))))}::text[]) with ordinality as t(tsquery, place)
    where exists (select 1 from products p where p.published and p.search @@ to_tsquery('english', t.tsquery)) order by place limit 1`)
  return finds[0] && tries[finds[0].place - 1]
}
