// Puts a backup in place of the database. All that was committed after it is lost, so it wants to be told so.
import { type Manifest, verifyBackup } from './backup.ts'
import { Refusal } from './refusal.ts'

export interface RestoreTarget {
  /** Major version of the servers that are to read the files. */
  postgres(): Promise<number>
  stopShop(): Promise<void>
  stopDatabases(): Promise<void>
  /**
   * Puts the archive's files in the primary's place and lets it end its recovery on a new timeline; the folder that was there
   * is kept beside it. The standby's is emptied.
   */
  replaceData(archive: string): Promise<void>
  /** Resolves when the primary takes writes and the standby follows. */
  startDatabases(): Promise<void>
  /** The queues and caches speak of what the database does not know any more; the outbox publishes what it has again. */
  forgetQueues(): Promise<void>
  startShop(): Promise<void>
}

/** @throws {Refusal} before anything is changed: without `yes`, for a backup that is not whole, or for another version's */
export async function restoreBackup(target: RestoreTarget, folder: string, { yes = false, say = () => {} }: { yes?: boolean, say?: (line: string) => void } = {}): Promise<{ manifest: Manifest, tookMs: number }> {
  const { file, manifest } = await verifyBackup(folder)
  const postgres = await target.postgres()
  if (postgres !== manifest.postgres) throw new Refusal(`The backup is of Postgres ${manifest.postgres}, and these servers are ${postgres}.`)
  if (!yes) throw new Refusal(`This puts the shop back to ${manifest.startedAt}: what was bought since is lost, and all shoppers wait meanwhile. Say --yes if that is meant.`)
  const from = performance.now()
  for (const [what, step] of [
    ['Stopping the shop.', () => target.stopShop()],
    ['Stopping the databases.', () => target.stopDatabases()],
    ['Putting the backup in place.', () => target.replaceData(file)],
    ['Starting the databases.', () => target.startDatabases()],
    ['Emptying queues and caches.', () => target.forgetQueues()],
    ['Starting the shop.', () => target.startShop()],
  ] as const) {
    say(what)
    await step()
  }
  return { manifest, tookMs: Math.round(performance.now() - from) }
}
