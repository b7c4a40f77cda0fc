/**
 * The tracer of OpenTelemetry's SDK, sending OTLP over HTTP. This file is the only one that loads the SDK, and is itself loaded
 * only when there is somewhere to send to.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { diag, DiagLogLevel, ROOT_CONTEXT, type Span as SdkSpan, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOffSampler, AlwaysOnSampler, BatchSpanProcessor, type IdGenerator, ParentBasedSampler, RandomIdGenerator, type Sampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Config } from '../config.ts'
import { AppError } from '../http/app-error.ts'
import type { Log } from './log.ts'
import type { Span, SpanOptions, Tracer } from './spans.ts'
import { readTraceparent } from './trace-context.ts'

const kinds: Record<SpanOptions['kind'], SpanKind> = { server: SpanKind.SERVER, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER, internal: SpanKind.INTERNAL }

/** By the names that OpenTelemetry's specification gives to OTEL_TRACES_SAMPLER. */
const samplers: Record<NonNullable<Config['tracing']>['sampler'], (ratio: number) => Sampler> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: ratio => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: ratio => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
}

/** A new trace takes the name that it is given, if any: the request's id, so that a line of nginx' log finds its trace. */
class GivenIds extends RandomIdGenerator implements IdGenerator {
  wanted: string | undefined
  override generateTraceId = () => this.wanted ?? random.generateTraceId()
}
const random = new RandomIdGenerator()

/** What went wrong, by its name alone; nothing for a refusal that is no fault of ours. */
function kindOf(error: unknown): { type: string, isFault: boolean } {
  if (error instanceof AppError) return { type: error.code, isFault: error.statusCode >= 500 }
  const { code, name } = error as { code?: unknown, name?: unknown }
  return { type: typeof code === 'string' ? code : String(name ?? 'Error'), isFault: true }
}

/** Complaints of the SDK, of which there is one for each batch while nobody listens. */
function complainSparingly(log: Pick<Log, 'warn'>) {
  let last = -Infinity
  const warn = (message: string, ...about: unknown[]) => {
    if (performance.now() - last < 60_000) return
    last = performance.now()
    log.warn('traces cannot be sent; they are dropped', { reason: message.slice(0, 300), about: about.map(String).join(' ').slice(0, 300) })
  }
  const silent = () => {}
  diag.setLogger({ error: warn, warn, info: silent, debug: silent, verbose: silent }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
}

export function openTelemetry({ endpoint, sampler, ratio, everyMs }: NonNullable<Config['tracing']>, { role, instanceId, version }: Pick<Config, 'role' | 'instanceId' | 'version'>, log: Pick<Log, 'warn'>): Tracer {
  complainSparingly(log)
  const ids = new GivenIds()
  const provider = new TracerProvider({
    sampler: samplers[sampler](ratio),
    idGenerator: ids,
    spanLimits: { attributeValueLengthLimit: 1_000 },
    resource: resourceFromAttributes({ 'service.name': `monolith-${role}`, 'service.version': version, 'service.instance.id': instanceId }).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }), scheduledDelayMillis: everyMs })],
  })
  const sdk = provider.getTracer('monolith-supply')
  const atWork = new AsyncLocalStorage<Span | undefined>()

  function contextOf(parent: string | null | undefined) {
    const context = parent ? readTraceparent(parent) : null
    return context ? trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: true }) : ROOT_CONTEXT
  }
  function wrap(span: SdkSpan): Span {
    const { traceId, spanId, traceFlags } = span.spanContext()
    return {
      traceparent: `00-${traceId}-${spanId}-0${traceFlags & 1}`,
      recorded: span.isRecording(),
      rename: name => void span.updateName(name),
      set: attributes => void span.setAttributes(attributes),
      end(failure) {
        if (failure) {
          const { type, isFault } = kindOf(failure.error)
          span.setAttribute('error.type', type)
          if (isFault) span.setStatus({ code: SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }

  return {
    start(name, { kind, parent = atWork.getStore()?.traceparent, traceId, attributes }) {
      ids.wanted = traceId
      const span = sdk.startSpan(name, { kind: kinds[kind], attributes }, contextOf(parent))
      ids.wanted = undefined
      return wrap(span)
    },
    current: () => atWork.getStore(),
    within: (span, work) => atWork.run(span, work),
    enter: span => atWork.enterWith(span),
    async stop() {
      // Nobody's deploy waits for a collector that is not there.
      await Promise.race([provider.shutdown().catch(() => {}), new Promise(resolve => setTimeout(resolve, 2_000).unref())])
    },
  }
}
