// Prevents: a fault that breaks the test bench itself. A frozen request would keep its socket and closure for ever.
// Guarantees: every wait ends when the client goes away or the sandbox stops; `frozen` counts the waits under way.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { send } from '../http.ts'
import type { Answer, Call } from '../http.ts'
import type { Operation, ServiceName } from './knobs.ts'
import type { Faults } from './registry.ts'

/** One outside service, as the gate sees it. */
export interface Service {
  name: ServiceName
  /** What the call does, for the knob `only`. */
  operations: (call: Call) => Operation[]
  /** Takes the call's idempotency key until released; an answer instead when another call holds it. */
  claim: (call: Call) => Answer | (() => void)
  answer: (call: Call) => Answer
  /** An unavailable service's 500, in the service's own error shape. */
  broken: () => Answer
}

export interface Gate {
  /** Refuses before the body is read, when the service is down as a whole. True: the connection is gone. */
  refuse: (service: Service, request: IncomingMessage) => boolean
  serve: (service: Service, call: Call, response: ServerResponse) => Promise<void>
  frozen: () => number
}

/** @param stopping aborts when the sandbox shuts down */
export function createGate(faults: Faults, stopping: AbortSignal): Gate {
  let frozen = 0
  const pause = async (durationMs: number | undefined, signal: AbortSignal) => {
    if (durationMs === 0 || durationMs === undefined) return
    frozen++
    await wait(durationMs, undefined, { signal }).catch(() => {})
    frozen--
  }

  return {
    frozen: () => frozen,
    refuse(service, request) {
      const { down, only } = faults.get(service.name)
      if (!down || only) return false
      request.socket.destroy()
      return true
    },
    async serve(service, call, response) {
      const knobs = faults.get(service.name)
      const touched = !knobs.only || service.operations(call).includes(knobs.only)
      const active = touched ? knobs : {}
      const gone = new AbortController()
      response.once('close', () => gone.abort())

      if (active.down) return void response.destroy()
      if (active.hang) return pause(600_000_000, AbortSignal.any([gone.signal, stopping])).then(() => void response.destroy())
      if (faults.roll(service.name, 'errorRate', active.errorRate)) return send(response, service.broken())

      const claim = service.claim(call)
      if (typeof claim !== 'function') return send(response, claim)
      try {
        await pause(active.commitDelayMs, stopping)
        if (stopping.aborted) return void response.destroy()
        const answer = service.answer(call)
        await pause(active.slowMs, AbortSignal.any([gone.signal, stopping]))
        if (call.method === 'POST' && faults.roll(service.name, 'answerLostAfterCharge', active.answerLostAfterCharge)) {
          return void response.destroy()
        }
        await send(response, answer)
      }
      finally {
        claim()
      }
    },
  }
}
