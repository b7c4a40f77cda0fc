/**
 * Turns what a shopper typed into a tsquery that forgives one typo a word.
 *
 * A word that is in no name, category or tag is looked for together with the nearest ones that are: candidates come from a
 * trigram index, the choice from the Damerau–Levenshtein distance (optimal string alignment), since a swapped pair of
 * letters shares few trigrams.
 *
 * @pattern typo-tolerant-search
 */
import { sql } from 'drizzle-orm'
import type { Reader } from '../platform/db/database.ts'

/** Without accents and ligatures: what is searched and what is typed are folded alike. */
export const foldAccents = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '')

/** Lower-case words of letters and digits, each once, at most 12 of at most 40 characters. */
export function wordsOf(text: string): string[] {
  const words = foldAccents(text).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return [...new Set(words.filter(word => word.length <= 40))].slice(0, 12)
}

/** Edits (insert, delete, replace, swap neighbours) from one word to another. */
export function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)))
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, rows[i - 2]![j - 2]! + 1)
      rows[i]![j] = best
    }
  }
  return rows[a.length]![b.length]!
}

const forgiven = (word: string) => (word.length < 3 ? 0 : word.length > 8 ? 2 : 1)

/**
 * The words to look for: each as typed where the catalogue has it (the last one also where something begins with it),
 * else also all of its neighbours that are equally near: nobody knows which was meant, or whether a description has it.
 */
export async function correctWords(db: Reader, words: readonly string[]): Promise<string[][]> {
  if (words.length === 0) return []
  const { rows } = await db.execute<{ typed: string, known: boolean, begins: boolean, near: string[] | null }>(sql`
    select typed, exists (select 1 from search_words where word = typed) as known, exists (select 1 from search_words where word like typed || '%') as begins,
      (select array_agg(word) from (select word from search_words order by word <-> typed limit 40) as nearest) as near
    from unnest(${sql.param([...words])}::text[]) as typed`)
  const answers = new Map(rows.map(row => [row.typed, row]))
  return words.map((typed, index) => {
    const { known = true, begins = true, near } = answers.get(typed) ?? {}
    if (known || (begins && index === words.length - 1)) return [typed]
    const ranked = (near ?? []).map(word => ({ word, edits: Math.min(editDistance(typed, word), prefixDistance(typed, word)) }))
    const fewest = Math.min(...ranked.map(({ edits }) => edits))
    if (fewest > forgiven(typed)) return [typed]
    return [typed, ...ranked.filter(({ edits }) => edits === fewest).slice(0, 4).map(({ word }) => word)]
  })
}

/** The distance to the beginning of a longer word, for somebody who has not finished typing. */
function prefixDistance(typed: string, word: string): number {
  return typed.length >= 4 && word.length > typed.length ? editDistance(typed, word.slice(0, typed.length)) : Infinity
}

/** All words, any alternative of each, the last one perhaps unfinished. Made of letters and digits only, so that it is always a valid tsquery. */
export function tsqueryOf(words: readonly (readonly string[])[]): string {
  return words.map((alternatives, index) => {
    const terms = index === words.length - 1 ? alternatives.flatMap(word => [word, `${word}:*`]) : alternatives
    return terms.length === 1 ? terms[0]! : `(${terms.join(' | ')})`
  }).join(' & ')
}
