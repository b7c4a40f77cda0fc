import pg from 'pg'
import type { Log } from '../telemetry/log.ts'

export interface Listener {
  /** Calls back for each notification on the channel, and once after every reconnect (payload `null`), since some may have been missed. */
  on(channel: string, callback: (payload: string | null) => void): () => void
  stop(): Promise<void>
}

/** One LISTEN connection for the whole process, opened again with a growing pause when it is lost. */
export function startListener(url: string, log: Log): Listener {
  const callbacks = new Map<string, Set<(payload: string | null) => void>>()
  let client: pg.Client | null = null
  let stopped = false
  let attempt = 0
  let timer: NodeJS.Timeout | undefined

  const listenTo = (channel: string) => client?.query(`listen ${pg.escapeIdentifier(channel)}`).catch(() => {})

  async function connect() {
    const next = new pg.Client({ connectionString: url, application_name: 'listener', keepAlive: true, connectionTimeoutMillis: 2_000 })
    let ended = false
    const again = () => {
      if (ended || stopped) return
      ended = true
      client = null
      next.end().catch(() => {})
      timer = setTimeout(connect, Math.min(5_000, 100 * 2 ** attempt++))
    }
    next.on('error', again)
    next.on('end', again)
    next.on('notification', ({ channel, payload }) => callbacks.get(channel)?.forEach(callback => callback(payload ?? '')))
    try {
      await next.connect()
      if (attempt > 0) log.info('listening again', { attempts: attempt })
      client = next
      attempt = 0
      for (const [channel, set] of callbacks) {
        await listenTo(channel)
        set.forEach(callback => callback(null))
      }
    }
    catch {
      again()
    }
  }
  void connect()

  return {
    on(channel, callback) {
      const set = callbacks.get(channel) ?? new Set()
      if (set.size === 0) {
        callbacks.set(channel, set)
        void listenTo(channel)
      }
      set.add(callback)
      return () => void set.delete(callback)
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}
