import type { DatabaseSettings } from './connect.ts'
import { type PrimaryWatch, startPrimaryWatch } from './primary-watch.ts'
import { openRoles, type Roles } from './roles.ts'

/** Where the primary is now, for what keeps a connection of its own. */
export interface PrimaryAddress {
  url(): string
  /** Counts the promotions of the cluster; `null` as long as it was not asked, as without a replica. */
  timeline(): number | null
  /** Called when another server is the primary, or the same one on another timeline. Answers how to stop. */
  onChange(callback: () => void): () => void
}

export interface Following {
  roles(): Roles
  watch: PrimaryWatch
  primary: PrimaryAddress
  close(): Promise<void>
}

/** Opens the connections in the roles that the servers have, and anew when those change places; what the old ones still do ends with them. */
export function followPrimary(settings: DatabaseSettings): Following {
  const urls = [settings.primaryUrl, ...(settings.replicaUrl ? [settings.replicaUrl] : [])]
  const listeners = new Set<() => void>()
  const leaving = new Set<Promise<void>>()
  const watch = startPrimaryWatch({
    urls,
    name: settings.name,
    onVerdict(now, before) {
      const moved = now.index !== before.index
      if (moved) changePlaces(now.index)
      // The first look only says what was so all along.
      if (moved || (before.timeline !== null && now.timeline !== before.timeline)) listeners.forEach(tell => tell())
    },
  })
  const open = (index: number) => openRoles({
    ...settings,
    primaryUrl: urls[index]!,
    replicaUrl: urls[1 - index] ?? null,
    timeline: () => watch.verdict().timeline,
    onPromoted: () => watch.soon(),
  })
  let roles = open(0)

  function changePlaces(index: number) {
    const left = roles.close()
    leaving.add(left)
    void left.finally(() => leaving.delete(left))
    roles = open(index)
  }

  return {
    roles: () => roles,
    watch,
    primary: {
      url: () => urls[watch.verdict().index]!,
      timeline: () => watch.verdict().timeline,
      onChange(callback) {
        listeners.add(callback)
        return () => void listeners.delete(callback)
      },
    },
    async close() {
      await Promise.allSettled([watch.stop(), roles.close(), ...leaving])
    },
  }
}
