import type { SQL } from 'drizzle-orm'

/** The moment before which a thing counts as late, when healthy work on it ends within `seconds`. */
export type Due = (seconds: number) => SQL

/** A sentence about all of the shop's data that must be true in every snapshot; each domain states its own. */
export interface Invariant {
  /** Names the metric's label and the row of the last look, in kebab-case; never change it without need. */
  name: string
  /** What holds, in one sentence. */
  says: string
  /** Selects the `id` of each thing for which it does not hold. */
  query: (due: Due) => SQL
}
