/**
 * Answers that are the same for everybody, from the nearest layer that has them.
 *
 * Prevents: rendering and querying the same thing for each shopper, and one shopper's things in another's answer.
 * Guarantees: what makes an answer gets its parameters and a reader, never a request: it has no cookie to look at, so nothing
 * of a shopper can be in what is kept. The layers are this process (bytes with their ETag), the shared cache (stale while one
 * instance makes it anew), and, by the headers, the edge and the browser. A key names the state of what it was made from, see
 * `change-feed.ts`. Each answer says in `server-timing` which layer it came from.
 *
 * @pattern layered-cache
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { getHeader, type H3Event, removeResponseHeader, setResponseHeader, setResponseHeaders, setResponseStatus } from 'h3'
import type { DatabaseRole, Reader } from '../db/database.ts'
import { describeRole } from '../db/for-event.ts'
import { AppError } from '../http/app-error.ts'
import { answerBusy, isOverloaded, overloaded } from '../http/busy-answer.ts'
import { cacheKey } from './cache-key.ts'
import { cacheControl, type Freshness, keptByNobody, keptForS, tagsOf } from './freshness.ts'
import type { Packed, PublicAnswer } from './shared-cache.ts'

export interface MadeAnswer { status?: number, body: string, headers: Record<string, string> }

/** What may be used to make a public answer. */
export interface PublicSources { read: <T>(query: (db: Reader) => Promise<T>) => Promise<T> }

/** Makes one, through the flight of all instances when it is dear. */
async function makeAnswer(event: H3Event, row: Freshness, key: string, make: (sources: PublicSources) => Promise<MadeAnswer>): Promise<Packed> {
  const { platform, timing } = event.context
  async function alone(): Promise<Packed> {
    let keep = true
    const onRole = (role: DatabaseRole) => {
      timing.note('db', describeRole(role, platform.database.replicaState()))
      if (role === 'stale-replica') keep = false
    }
    const read: PublicSources['read'] = query => timing.measure('db', () => platform.database.read(query, { after: platform.changes.after(), onRole }))
    const parts = { keep: true }
    const { status = 200, body, headers } = await rendering.run(parts, () => make({ read }))
    return { status, body, headers, keep: keep && parts.keep, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`, madeAt: Date.now() }
  }
  if (!row.dear) return alone()
  return JSON.parse(await platform.flights.once(key, async () => JSON.stringify(await alone()))) as Packed
}

/** While a page is rendered: whether anything that it was made from may not be kept. */
const rendering = new AsyncLocalStorage<{ keep: boolean }>()

const unpacked = ({ body, ...rest }: Packed): PublicAnswer => ({ ...rest, body: Buffer.from(body) })

/**
 * Answers a GET or HEAD of a row. `parameters` are all that the answer may depend on; `make` is asked when no layer has it.
 * Rejects with what `make` throws.
 */
export async function answerPublic(event: H3Event, row: Freshness, parameters: object, make: (sources: PublicSources) => Promise<MadeAnswer>) {
  const { platform } = event.context
  const tags = tagsOf(row, parameters)
  const key = cacheKey({ row: row.name, parameters, state: platform.changes.stateOf(tags) })
  const layers = platform.config.cacheLayers
  const near = layers.process ? platform.hotAnswers.get(key) : undefined
  if (near) return send(event, row, tags, near, 'process-hit')

  const from = Date.now()
  let failure: unknown
  const load = async () => {
    const { priority } = event.context
    const over = priority && platform.shedder.beginMaking(priority)
    try {
      if (over === null) throw overloaded()
      return await makeAnswer(event, row, key, make)
    }
    catch (error) {
      failure = error
      throw error
    }
    finally {
      over?.()
    }
  }
  let answer: PublicAnswer | null = null
  try {
    if (layers.shared && row.sharedS > 0) {
      answer = await platform.sharedCache.ask(row, { key, make: load }).catch((error: unknown) => {
        if (failure || error instanceof AppError) throw error
        return null
      })
    }
    answer ??= unpacked(await load())
  }
  catch (error) {
    const { priority } = event.context
    if (!priority || !isOverloaded(error)) throw error
    platform.countShed({ priority })
    return answerBusy(event)
  }
  if (answer.keep && layers.process) platform.hotAnswers.set(key, answer, Math.min(row.processS * 1_000, answer.status === 200 ? Infinity : 2_000))
  const ageS = (Date.now() - answer.madeAt) / 1_000
  const layer = answer.madeAt >= from ? 'miss' : `${platform.cacheBackend}-${ageS > row.sharedS ? 'stale' : 'hit'}`
  return send(event, row, tags, answer, layer)
}

const matches = (wanted: string, etag: string) => wanted.trim() === '*' || wanted.split(',').some(one => one.trim().replace(/^W\//, '') === etag)

function send(event: H3Event, row: Freshness, tags: readonly string[], answer: PublicAnswer, layer: string) {
  event.context.platform.metrics.countCacheAnswer(row.name, layer)
  event.context.timing.note('cache', layer)
  const whole = rendering.getStore()
  if (whole && !answer.keep) whole.keep = false
  removeResponseHeader(event, 'set-cookie')
  setResponseHeaders(event, answer.headers)
  if (!answer.keep || answer.status !== 200) {
    setResponseHeader(event, 'cache-control', keptByNobody)
    setResponseStatus(event, answer.status)
    return answer.body
  }
  // A clock that is days off may not make it older than it can be.
  const ageS = Math.min(Math.max(0, Math.floor((Date.now() - answer.madeAt) / 1_000)), row.processS + keptForS(row))
  setResponseHeaders(event, { 'etag': answer.etag, 'cache-control': cacheControl(row), 'age': ageS })
  if (tags.length > 0) setResponseHeader(event, 'cache-tag', tags.join(','))
  const wanted = getHeader(event, 'if-none-match')
  if (wanted !== undefined && matches(wanted, answer.etag)) {
    setResponseStatus(event, 304)
    return null
  }
  return answer.body
}
