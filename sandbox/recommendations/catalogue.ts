import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { hash32 } from '../random.ts'

export const catalogueBody = z.strictObject({
  slugs: z.array(z.strictObject({ slug: z.string().min(1).max(200), category: z.string().max(200) })).max(200_000),
})

type Entry = z.infer<typeof catalogueBody>['slugs'][number]

export interface Catalogue {
  replace: (entries: Entry[]) => void
  size: () => number
  /** The `limit` best matches for a slug, best first, with a score in (0, 1); none for an unknown slug. Same input, same answer. */
  recommend: (slug: string, limit: number) => { slug: string, score: number }[]
}

/** A pair's affinity, drawn by hash. Products of the same category take the upper half of the scale. */
function score(from: Entry, to: Entry): number {
  const affinity = hash32(`${from.slug}\0${to.slug}`) / 2 ** 33
  return Number((from.category === to.category ? 0.5 + affinity : affinity).toFixed(6))
}

/** Opens the catalogue that was last fed in, kept in `file`. */
export function openCatalogue(file: string): Catalogue {
  let entries: Entry[] = existsSync(file) ? catalogueBody.parse(JSON.parse(readFileSync(file, 'utf8'))).slugs : []
  return {
    size: () => entries.length,
    replace(next) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(`${file}.next`, JSON.stringify({ slugs: next }))
      renameSync(`${file}.next`, file)
      entries = next
    },
    recommend(slug, limit) {
      const from = entries.find(entry => entry.slug === slug)
      if (!from) return []
      const others = entries.filter(entry => entry.slug !== slug)
      const near = others.filter(entry => entry.category === from.category)
      return (near.length >= limit ? near : others)
        .map(entry => ({ slug: entry.slug, score: score(from, entry) }))
        .sort((left, right) => right.score - left.score || (left.slug < right.slug ? -1 : 1))
        .slice(0, limit)
    },
  }
}
