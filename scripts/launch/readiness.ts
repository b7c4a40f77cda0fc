import { setTimeout as delay } from 'node:timers/promises'
import { failAtEnd, type Child } from './child.ts'

/**
 * Waits until the app's own readiness probe answers 200.
 * @param baseUrl e.g. `http://127.0.0.1:3000`
 * @throws with its last lines when the process ends first, or with the probe's last answer after `timeoutMs`
 */
export async function untilHealthy(child: Child, baseUrl: string, timeoutMs = 60_000): Promise<void> {
  await Promise.race([poll(child.name, `${baseUrl}/api/health/ready`, timeoutMs), failAtEnd(child)])
}

async function poll(name: string, url: string, timeoutMs: number): Promise<void> {
  let last = 'no answer'
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await delay(100)) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
      last = `${response.status} ${(await response.text()).slice(0, 300)}`
      if (response.status === 200) return
    }
    catch {
      // Not listening yet.
    }
  }
  throw new Error(`${name} was not ready within ${timeoutMs / 1000} s; its last answer: ${last}`)
}
