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

  /** Names a fact without a duration: which database role answered, which cache layer hit. */
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
    for (const [name, ms] of this.spentMs) parts.push(`${name};dur=${ms.toFixed(1)}`)
    for (const [name, description] of this.notes) parts.push(`${name};desc="${description}"`)
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
