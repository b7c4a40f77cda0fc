import { sql } from 'drizzle-orm'
import type { Health, HealthCheck } from '../../shared/schemas/health.ts'
import type { Platform } from './services.ts'

const deadlineMs = 1_000

/** Runs one check against the clock; `whenBroken` says whether the process can serve without it. */
async function check(work: () => Promise<string | undefined>, whenBroken: 'warn' | 'fail'): Promise<HealthCheck> {
  const from = performance.now()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs)
  })
  try {
    const detail = await Promise.race([work(), deadline])
    return { status: 'pass', observedMs: since(from), ...(detail && { detail }) }
  }
  catch (error) {
    return { status: whenBroken, observedMs: since(from), detail: error instanceof Error ? error.message : String(error) }
  }
  finally {
    clearTimeout(timer)
  }
}

const since = (from: number) => Math.round((performance.now() - from) * 10) / 10

/** What this process can reach, each dependency with a deadline. Only what it cannot serve without fails it. */
export async function checkHealth({ config, database, queues, cacheBackend, pingCache }: Platform): Promise<Health> {
  const browsesWithout = config.role === 'worker' ? 'fail' : 'warn'
  const [primary, replica, cache, queue] = await Promise.all([
    check(async () => {
      await database.fresh(db => db.execute(sql`select 1`))
      return undefined
    }, database.replicaState()?.usable ? browsesWithout : 'fail'),
    check(async () => {
      const state = database.replicaState()
      if (!state) return 'none configured; the primary answers'
      if (!state.usable) throw new Error(state.reason)
      return `${Math.round(state.lagMs)} ms behind`
    }, 'warn'),
    check(async () => {
      await pingCache()
      return cacheBackend
    }, 'warn'),
    check(async () => {
      await queues.ping()
      return queues.backend
    }, browsesWithout),
  ])
  const checks = { database: primary, replica, cache, queue }
  const all = Object.values(checks).map(one => one.status)
  return {
    status: all.includes('fail') ? 'fail' : all.includes('warn') ? 'warn' : 'pass',
    role: config.role,
    uptimeS: Math.round(process.uptime()),
    version: config.version,
    checks,
  }
}
