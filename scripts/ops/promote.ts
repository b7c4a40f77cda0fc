// Makes the standby the primary. The order is what keeps two primaries apart: first the old one can write no more, then the
// standby replays all that it has, and only then it is promoted. The shop is told nothing; it asks both servers and follows.
import { lsnBytes } from '../../server/platform/db/lsn.ts'
import { type DatabaseServer, stateOf } from './database-server.ts'
import { Refusal, untilTrue } from './refusal.ts'

export interface Promotion {
  promoted: string
  timeline: number
  /** From the moment that the old primary was fenced until the new one takes writes. */
  windowMs: number
  /** Where the standby's log ended: everything up to here is kept. */
  receivedLsn: string
  /** Log that the old primary had and the standby never got; `null` when the old one could not be asked any more. */
  lostBytes: number | null
}

/**
 * @param options.yes also when the primary is alive: buying stops for the window
 * @throws {Refusal} when there is no standby, when both claim to be the primary, or when a live primary would be replaced without `yes`
 */
export async function promote(servers: readonly DatabaseServer[], { yes = false, say = () => {} }: { yes?: boolean, say?: (line: string) => void } = {}): Promise<Promotion> {
  const states = await Promise.all(servers.map(async server => ({ server, state: await stateOf(server) })))
  const primaries = states.filter(one => one.state?.role === 'primary')
  const standby = states.find(one => one.state?.role === 'standby')
  if (primaries.length > 1) throw new Refusal(`${primaries.map(one => one.server.name).join(' and ')} both say that they are the primary. Stop the one on the lower timeline (${Math.min(...primaries.map(one => one.state!.timeline))}); the shop does not write to it.`)
  if (!standby) throw new Refusal(primaries.length > 0 ? `There is no standby that answers; ${primaries[0]!.server.name} is the primary and stays it.` : 'Neither server answers. Start one of them, or restore a backup.')
  if (primaries.length > 0 && !yes) throw new Refusal(`${primaries[0]!.server.name} is alive. To take its part away from it stops buying for some seconds; say --yes if that is meant.`)

  const old = states.find(one => one !== standby)
  const from = performance.now()
  if (old) {
    say(`Stopping ${old.server.name}, so that nobody can write to it any more.`)
    await old.server.fence()
  }
  // Asked to stop, a primary sends its standby all that it has, and its last checkpoint on top.
  const before = old?.state?.position ?? null

  say(`Waiting until ${standby.server.name} has replayed what it received.`)
  const at = async () => (await standby.server.query('select coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), pg_last_wal_replay_lsn()'))[0]!
  await untilTrue(`${standby.server.name} has replayed its log`, async () => {
    const [received, replayed] = await at()
    return lsnBytes(replayed!) >= lsnBytes(received!)
  }, { withinMs: 60_000, everyMs: 50 })
  const receivedLsn = (await at())[1]!

  await standby.server.query('select pg_promote(true, 60)')
  await untilTrue(`${standby.server.name} takes writes`, async () => {
    // A transaction number is given only where one may write.
    return (await standby.server.query('select pg_current_xact_id()').catch(() => [])).length === 1
  }, { withinMs: 30_000, everyMs: 50 })
  const windowMs = Math.round(performance.now() - from)
  const { timeline } = (await stateOf(standby.server))!
  // Whoever starts the old one reads the timeline from the control file, which a promotion alone does not write.
  await standby.server.query('checkpoint')
  const missing = before === null ? null : lsnBytes(before) - lsnBytes(receivedLsn)
  return { promoted: standby.server.name, timeline, windowMs, receivedLsn, lostBytes: missing === null ? null : Number(missing > 0n ? missing : 0n) }
}
