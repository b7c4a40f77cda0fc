// How a launcher ends: what was started last is stopped first, whether it was Ctrl-C, a signal, a failed step or the death
// of a child. What that misses, the watchdog gets.
import { commandOf, identityOf, parentOf } from './process-tree.ts'

export interface Lifecycle {
  /** Registers what to do at the end; called in reverse order. */
  onStop(stop: () => Promise<void> | void): void
  /** Tells that a child has died and ends everything with exit code 1. */
  onDeath(name: string, lastLines: string[]): void
  /** Runs the launcher's steps; a failing one ends everything with exit code 1. */
  run(steps: () => Promise<void>): Promise<void>
}

/** Takes over SIGINT, SIGTERM and SIGHUP, and ends as well when the `npm` that started this process is gone. */
export function createLifecycle(say: (line: string) => void): Lifecycle {
  const stops: (() => Promise<void> | void)[] = []
  let ending = false

  async function end(exitCode: number): Promise<void> {
    if (ending) return
    ending = true
    for (const stop of stops.reverse()) {
      try {
        await stop()
      }
      catch (error) {
        say(error instanceof Error ? error.message : String(error))
      }
    }
    process.exit(exitCode)
  }

  function fail(message: string): void {
    if (ending) return
    say(message)
    void end(1)
  }

  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // Asked a second time: leave at once, the watchdog does the rest by force.
      if (ending && name === 'SIGINT') process.exit(130)
      if (!ending) say('Stopping …')
      void end(0)
    })
  }
  // Whoever read our output has left.
  process.stdout.on('error', () => void end(0))
  whenNpmIsGone(() => void end(0))

  return {
    onStop: stop => stops.push(stop),
    onDeath: (name, lastLines) => fail([`${name} died. Its last lines:`, ...lastLines].join('\n')),
    run: async (steps) => {
      try {
        await steps()
      }
      catch (error) {
        fail(error instanceof Error ? error.message : String(error))
      }
    },
  }
}

/** `npm run` stands between the terminal and us, perhaps with a shell; kill -9 of it would leave us running unseen. */
function whenNpmIsGone(act: () => void): void {
  if (!process.env.npm_lifecycle_event) return
  const above = [process.ppid]
  if (/^\S*sh -c /.test(commandOf(process.ppid))) above.push(parentOf(process.ppid) ?? process.ppid)
  const watched = above.map(pid => ({ pid, identity: identityOf(pid) }))
  setInterval(() => {
    if (watched.some(({ pid, identity }) => identityOf(pid) !== identity)) act()
  }, 500).unref()
}
