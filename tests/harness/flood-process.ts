/**
 * A crowd in a process of its own, so that its work is not the server's: `node flood-process.ts '{"url": …}'` asks in an open
 * loop, as strangers do who do not wait for each other, or with `perSecond: 0` in a closed one. Says `begun` at its first answer;
 * ends on SIGTERM or after `forMs`, but not before `least` were answered 200, and prints what it was answered.
 */
import { Agent, get } from 'node:http'

export interface FloodOrder {
  url: string
  /** Each is asked in turn; `{n}` counts up from `firstNumber`, so that no cache knows it. */
  paths: string[]
  firstNumber: number
  /** Requests a second whatever is answered; 0 asks as fast as `connections` are answered. */
  perSecond: number
  connections: number
  forMs: number
  /** Of fewer there is no p99. */
  least?: number
}

export interface FloodReport {
  asked: number
  /** Answers by status; those that never came by the error's code. */
  answers: Record<string, number>
  /** 503 without a usable Retry-After. */
  shedWithoutRetryAfter: number
  /** How long each that was answered 200 took. */
  timesMs: number[]
  tookMs: number
}

/** Strangers come one after the other, however many they are: so fast they open connections. */
const arrivalsPerSecond = 50
const order = JSON.parse(process.argv[2]!) as FloodOrder
const agent = new Agent({ keepAlive: true, maxSockets: order.connections })
const from = performance.now()
const answers: Record<string, number> = {}
const times: number[] = []
let asked = 0
let open = 0
let shedWithoutRetryAfter = 0
let running = true
let wanted = false

function ask(done: () => void): void {
  const path = order.paths[asked % order.paths.length]!.replace('{n}', String(order.firstNumber + asked))
  asked += 1
  open += 1
  const began = performance.now()
  const end = (status: string) => {
    if (Object.keys(answers).length === 0) process.stdout.write('begun\n')
    open -= 1
    answers[status] = (answers[status] ?? 0) + 1
    if (wanted && times.length >= (order.least ?? 0)) stop()
    done()
  }
  const request = get(`${order.url}${path}`, { agent, timeout: 20_000 }, (response) => {
    response.resume()
    response.once('end', () => {
      const seconds = Number(response.headers['retry-after'])
      if (response.statusCode === 200) times.push(performance.now() - began)
      if (response.statusCode === 503 && !(seconds >= 1 && seconds <= 30)) shedWithoutRetryAfter += 1
      end(String(response.statusCode))
    })
  })
  request.once('timeout', () => request.destroy(Object.assign(new Error('too late'), { code: 'TOO_LATE' })))
  request.once('error', error => end((error as NodeJS.ErrnoException).code ?? 'lost'))
}

const report = (): FloodReport => ({ asked, answers, shedWithoutRetryAfter, timesMs: times.map(Math.round), tookMs: Math.round(performance.now() - from) })

function stop(): void {
  wanted = true
  if (!running || times.length < (order.least ?? 0)) return
  running = false
  process.stdout.write(`${JSON.stringify(report())}\n`, () => process.exit(0))
}

process.once('SIGTERM', stop)
setTimeout(stop, order.forMs)
if (order.perSecond > 0) {
  const timer = setInterval(() => {
    if (!running) return clearInterval(timer)
    const due = Math.floor((performance.now() - from) / 1_000 * order.perSecond)
    const arrived = Math.min(order.connections, 10 + (performance.now() - from) / 1_000 * arrivalsPerSecond)
    // Nobody's patience is endless: who would have to queue here for a connection is not sent.
    while (asked < due && open < arrived) ask(() => {})
    if (open >= arrived) asked = Math.max(asked, due)
  }, 10)
}
else {
  const again = () => {
    if (running) ask(again)
  }
  for (let one = 0; one < order.connections; one++) again()
}
