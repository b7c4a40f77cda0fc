import type { ServerResponse } from 'node:http'

/** Collects what one answer cost, for its `server-timing` header. */
export class ServerTiming {
  private readonly startedAt = performance.now()
  private readonly spentMs = new Map<string, number>()
  private readonly notes = new Map<string, string>()

  /** Adds milliseconds to a named part: `db`, `redis`, `gateway`. */
  spend(name: string, ms: number) {
    this.spentMs.set(name, (this.spentMs.get(name) ?? 0) + ms)
  }

  /** Says what of a part, beside its duration if it has one: which database answered, which layer of the cache. */
  note(name: string, description: string) {
    this.notes.set(name, description)
  }

  async measure<T>(name: string, work: () => Promise<T>): Promise<T> {
    const from = performance.now()
    try {
      return await work()
    }
    finally {
      this.spend(name, performance.now() - from)
    }
  }

  header(): string {
    const parts = [`total;dur=${(performance.now() - this.startedAt).toFixed(1)}`]
    for (const name of new Set([...this.notes.keys(), ...this.spentMs.keys()])) {
      const [ms, description] = [this.spentMs.get(name), this.notes.get(name)]
      parts.push(`${name}${ms === undefined ? '' : `;dur=${ms.toFixed(1)}`}${description === undefined ? '' : `;desc="${description}"`}`)
    }
    return parts.join(', ')
  }
}

/**
 * Puts the header on whatever answer goes out, in the moment in which its head is written: refusals and answers without a body
 * pass no hook of Nitro's.
 */
export function stampTiming(res: ServerResponse, timing: ServerTiming): void {
  const writeHead = res.writeHead.bind(res) as (...rest: unknown[]) => ServerResponse
  res.writeHead = (...rest: unknown[]) => {
    if (!res.headersSent) res.setHeader('server-timing', timing.header())
    return writeHead(...rest)
  }
}
