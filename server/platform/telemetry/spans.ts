/**
 * Where a trace is written while one is: the rest of the code marks its work here and knows nothing of OpenTelemetry, which
 * is loaded only when somebody listens. Without a tracer a mark costs one comparison.
 */
export type Attributes = Record<string, string | number | boolean>

export interface SpanOptions {
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal'
  /** W3C Trace Context of what caused it; the span that is at work here unless told otherwise, `null` for a new trace. */
  parent?: string | null
  /** For a new trace: the 32 hex digits that name it. */
  traceId?: string
  attributes?: Attributes
}

export interface Span {
  /** What those it causes, here or elsewhere, name as their parent. */
  traceparent: string
  /** False in a trace that the sampler left out: nothing of what is told to it is kept. */
  recorded: boolean
  rename(name: string): void
  set(attributes: Attributes): void
  /** Only an error's kind is kept: its words may hold what nobody else is to read. */
  end(failure?: { error: unknown }): void
}

export interface Tracer {
  start(name: string, options: SpanOptions): Span
  /** The span that is at work; nothing outside of one. */
  current(): Span | undefined
  within<T>(span: Span, work: () => T): T
  /** All that runs for the caller from here on belongs to the span. Synchronously in a middleware, as in `rememberTiming`. */
  enter(span: Span): void
  /** Sends what is left. */
  stop(): Promise<void>
}

let tracer: Tracer | null = null

/** Set once, before the first connection is opened; `null` puts it away again. */
export function setTracer(next: Tracer | null): void {
  tracer = next
}

export const activeTracer = (): Tracer | null => tracer

/** Runs `work` as a span; what it rejects with ends the span as failed. `work` is told the span's traceparent. */
export async function inSpan<T>(name: string, options: SpanOptions, work: (traceparent: string | undefined) => Promise<T>): Promise<T> {
  if (!tracer) return work(undefined)
  const span = tracer.start(name, options)
  try {
    const result = await tracer.within(span, () => work(span.traceparent))
    span.end()
    return result
  }
  catch (error) {
    span.end({ error })
    throw error
  }
}

/** The same for a part of something larger: there is no span where none is recorded, so that a poll every second makes no trace, and a trace that was left out costs nothing. */
export function inPart<T>(name: string, options: Omit<SpanOptions, 'parent'>, work: () => Promise<T>): Promise<T> {
  return tracer?.current()?.recorded ? inSpan(name, options, work) : work()
}
