import type { Config } from '../config.ts'
import type { Log } from './log.ts'
import { activeTracer, setTracer } from './spans.ts'

/** Loads OpenTelemetry and begins to watch what this process calls; does nothing, and loads nothing, where no traces are wanted. Answers how to end it. */
export async function startTracing(config: Pick<Config, 'tracing' | 'role' | 'instanceId' | 'version'>, log: Pick<Log, 'warn'>): Promise<() => Promise<void>> {
  if (!config.tracing) return async () => {}
  const [{ openTelemetry }, { watchCalls }] = await Promise.all([import('./open-telemetry.ts'), import('./watch-calls.ts')])
  const tracer = openTelemetry(config.tracing, config, log)
  setTracer(tracer)
  const stopWatching = watchCalls(tracer)
  return async () => {
    stopWatching()
    await tracer.stop()
    if (activeTracer() === tracer) setTracer(null)
  }
}
