import pg from 'pg'
import type { PrimaryAddress } from '../db/following.ts'
import type { Log } from '../telemetry/log.ts'

export interface Listener {
  /** Calls back for each notification on the channel, and once after every reconnect (payload `null`), since some may have been missed. */
  on(channel: string, callback: (payload: string | null) => void): () => void
  stop(): Promise<void>
}

/** One LISTEN connection to the primary for the whole process, opened again with a growing pause when it is lost, and at once when another server is the primary. */
export function startListener(primary: Pick<PrimaryAddress, 'url' | 'onChange'>, log: Log): Listener {
  const callbacks = new Map<string, Set<(payload: string | null) => void>>()
  let client: pg.Client | null = null
  let stopped = false
  let attempt = 0
  let timer: NodeJS.Timeout | undefined

  let leave: (() => void) | null = null

  const listenTo = (on: pg.Client, channel: string) => on.query(`listen ${pg.escapeIdentifier(channel)}`)

  async function connect() {
    const next = new pg.Client({ connectionString: primary.url(), application_name: 'listener', keepAlive: true, connectionTimeoutMillis: 2_000 })
    let ended = false
    const again = () => {
      if (ended || stopped) return
      ended = true
      client = null
      leave = null
      next.end().catch(() => {})
      timer = setTimeout(connect, Math.min(5_000, 100 * 2 ** attempt++))
    }
    leave = again
    next.on('error', again)
    next.on('end', again)
    next.on('notification', ({ channel, payload }) => callbacks.get(channel)?.forEach(callback => callback(payload ?? '')))
    try {
      await next.connect()
      if (ended) return
      client = next
      for (const [channel, set] of callbacks) {
        // A standby refuses to listen: whoever stays connected to one would be deaf.
        await listenTo(next, channel)
        set.forEach(callback => callback(null))
      }
      if (attempt > 0) log.info('listening again', { attempts: attempt })
      attempt = 0
    }
    catch {
      again()
    }
  }
  void connect()
  const stopFollowing = primary.onChange(() => {
    attempt = 0
    leave?.()
  })

  return {
    on(channel, callback) {
      const set = callbacks.get(channel) ?? new Set()
      if (set.size === 0) {
        callbacks.set(channel, set)
        if (client) void listenTo(client, channel).catch(() => leave?.())
      }
      set.add(callback)
      return () => void set.delete(callback)
    },
    async stop() {
      stopped = true
      stopFollowing()
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}
