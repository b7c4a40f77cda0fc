import { z } from 'zod'
import { isAddressRange } from './http/address-ranges.ts'

const url = (protocols: string[]) => {
  const expected = `expected a URL starting with ${protocols.map(protocol => `${protocol}//`).join(' or ')}`
  return z.string(expected).refine(value => URL.canParse(value) && protocols.includes(new URL(value).protocol), expected)
}
const secret = (expected: string) => z.string(expected).min(8, expected)
const postgresUrl = url(['postgres:', 'postgresql:'])
const redisUrl = url(['redis:', 'rediss:'])
const httpUrl = url(['http:', 'https:'])
const wholeNumber = (min: number, max: number) => z.coerce.number('expected a number').int().min(min).max(max)

/** Every environment variable that the server reads; `.env.example` documents each. */
export const environment = z.object({
  APP_MODE: z.enum(['production', 'demo', 'development', 'test']).default('production'),
  APP_ROLE: z.enum(['web', 'worker', 'all']).default('all'),
  APP_VERSION: z.string().default('0.1.0'),
  INSTANCE_ID: z.string().default(`${process.pid}`),
  PUBLIC_URL: httpUrl.default('http://localhost:3000'),
  DATABASE_URL: postgresUrl,
  DATABASE_READ_URL: postgresUrl.optional(),
  DATABASE_POOL_MAX: wholeNumber(2, 200).default(10),
  REPLICA_MAX_LAG_MS: wholeNumber(50, 600_000).default(10_000),
  REDIS_URL: redisUrl.optional(),
  REDIS_CACHE_URL: redisUrl.optional(),
  REDIS_QUEUE_URL: redisUrl.optional(),
  STRIPE_SECRET_KEY: secret('expected a Stripe secret key or the sandbox\'s, of at least 8 characters'),
  STRIPE_WEBHOOK_SECRET: secret('expected the secret that signs webhooks, of at least 8 characters'),
  STRIPE_API_URL: httpUrl.optional(),
  NUXT_PUBLIC_STRIPE_KEY: z.string().regex(/^pk_\w+$/, 'expected a publishable key of Stripe\'s, pk_…').optional(),
  SANDBOX_URL: httpUrl.optional(),
  CARRIER_URL: httpUrl.optional(),
  CARRIER_WEBHOOK_SECRET: secret('expected the secret that signs webhooks, of at least 8 characters').optional(),
  RECOMMENDATIONS_URL: httpUrl.optional(),
  DATA_DIR: z.string().default('.data'),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  SMTP_TIMEOUT_MS: wholeNumber(500, 60_000).default(5_000),
  MAIL_FROM: z.string().default('Monolith Supply <orders@monolith.example>'),
  TRUSTED_PROXIES: z.string().default('').transform(list => list.split(',').map(item => item.trim()).filter(Boolean))
    .refine(list => list.every(isAddressRange), 'expected addresses or CIDR ranges with commas between them'),
  ADMIN_THROUGH_PROXY: z.enum(['on', 'off']).default('off'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_TRACES_SAMPLER: z.enum(['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio']).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number('expected a number').min(0).max(1).default(1),
  OTEL_BSP_SCHEDULE_DELAY: wholeNumber(10, 60_000).default(5_000),
  METRICS: z.enum(['on', 'off']).default('on'),
  RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  WEB_INSTANCES: wholeNumber(1, 1_000).default(1),
  LOAD_SHEDDING: z.enum(['on', 'off']).default('on'),
  MAX_IN_FLIGHT: wholeNumber(20, 100_000).default(500),
  LOOP_DELAY_TARGET_MS: wholeNumber(5, 10_000).default(100),
  SHUTDOWN_DELAY_MS: wholeNumber(0, 120_000).default(0),
  SHUTDOWN_TIMEOUT_MS: wholeNumber(100, 600_000).default(15_000),
  QUEUE_ATTEMPTS: wholeNumber(1, 100).default(22),
  QUEUE_FIRST_PAUSE_MS: wholeNumber(10, 60_000).default(500),
  QUEUE_LONGEST_PAUSE_MS: wholeNumber(10, 3_600_000).default(300_000),
  QUEUE_LOCK_MS: wholeNumber(1_000, 600_000).default(10_000),
  OUTBOX_LOST_AFTER_MS: wholeNumber(1_000, 3_600_000).default(60_000),
  SWEEP_EVERY_MS: wholeNumber(500, 600_000).default(5_000),
  PAYMENT_RESUME_AFTER_MS: wholeNumber(1_000, 600_000).default(15_000),
  CACHE_LAYERS: z.enum(['process,shared', 'process', 'shared', 'none']).default('process,shared'),
  PROCESS_CACHE_MB: wholeNumber(1, 4_000).default(32),
  EDGE_PURGE_URLS: z.string().default('').transform(list => list.split(',').map(item => item.trim()).filter(Boolean)).pipe(z.array(httpUrl)),
  INVARIANTS_EVERY_MS: wholeNumber(1_000, 3_600_000).default(30_000),
  HOLD_MINUTES: z.coerce.number().min(0.02).max(120).default(15),
})

export type Config = ReturnType<typeof loadConfig>

/** Thrown at start when a variable is missing or wrong; its message names each variable and what was expected. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads and checks the process environment once, at start.
 * @throws {ConfigError} naming every bad variable; values are not repeated, since some are secrets.
 */
export function loadConfig(env: Record<string, string | undefined>) {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(present)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(issue => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new ConfigError(`The configuration is not usable:\n${lines.join('\n')}\nEvery variable is described in .env.example.`)
  }
  const values = parsed.data
  return {
    mode: values.APP_MODE,
    role: values.APP_ROLE,
    version: values.APP_VERSION,
    instanceId: values.INSTANCE_ID,
    publicUrl: new URL(values.PUBLIC_URL).origin,
    dataDir: values.DATA_DIR,
    logLevel: values.LOG_LEVEL,
    trustedProxies: values.TRUSTED_PROXIES,
    adminThroughProxy: values.ADMIN_THROUGH_PROXY === 'on',
    metrics: values.METRICS === 'on',
    tracing: values.OTEL_EXPORTER_OTLP_ENDPOINT
      ? { endpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, ''), sampler: values.OTEL_TRACES_SAMPLER, ratio: values.OTEL_TRACES_SAMPLER_ARG, everyMs: values.OTEL_BSP_SCHEDULE_DELAY }
      : null,
    rateLimits: values.RATE_LIMITS === 'on',
    cacheLayers: { process: values.CACHE_LAYERS.includes('process'), shared: values.CACHE_LAYERS.includes('shared') },
    processCacheBytes: values.PROCESS_CACHE_MB * 1_000_000,
    edgePurgeUrls: values.EDGE_PURGE_URLS,
    webInstances: values.WEB_INSTANCES,
    shedding: { enabled: values.LOAD_SHEDDING === 'on', maxInFlight: values.MAX_IN_FLIGHT, targetDelayMs: values.LOOP_DELAY_TARGET_MS },
    shutdown: { delayMs: values.SHUTDOWN_DELAY_MS, timeoutMs: values.SHUTDOWN_TIMEOUT_MS },
    invariantsEveryMs: values.INVARIANTS_EVERY_MS,
    holdMs: Math.round(values.HOLD_MINUTES * 60_000),
    database: {
      primaryUrl: values.DATABASE_URL,
      replicaUrl: values.DATABASE_READ_URL,
      poolMax: values.DATABASE_POOL_MAX,
      replicaMaxLagMs: values.REPLICA_MAX_LAG_MS,
    },
    redis: {
      cacheUrl: values.REDIS_CACHE_URL ?? values.REDIS_URL,
      queueUrl: values.REDIS_QUEUE_URL ?? values.REDIS_URL,
    },
    queue: {
      attempts: values.QUEUE_ATTEMPTS,
      firstPauseMs: values.QUEUE_FIRST_PAUSE_MS,
      longestPauseMs: values.QUEUE_LONGEST_PAUSE_MS,
    },
    queueLockMs: values.QUEUE_LOCK_MS,
    sweepEveryMs: values.SWEEP_EVERY_MS,
    paymentResumeAfterMs: values.PAYMENT_RESUME_AFTER_MS,
    outbox: { lostAfterMs: values.OUTBOX_LOST_AFTER_MS },
    stripe: {
      secretKey: values.STRIPE_SECRET_KEY,
      webhookSecret: values.STRIPE_WEBHOOK_SECRET,
      apiUrl: values.STRIPE_API_URL,
      publishableKey: values.NUXT_PUBLIC_STRIPE_KEY,
    },
    carrier: {
      url: values.CARRIER_URL ?? (values.SANDBOX_URL && `${values.SANDBOX_URL}/carrier`),
      webhookSecret: values.CARRIER_WEBHOOK_SECRET ?? values.STRIPE_WEBHOOK_SECRET,
    },
    recommendationsUrl: values.RECOMMENDATIONS_URL ?? (values.SANDBOX_URL && `${values.SANDBOX_URL}/recommendations`),
    mail: { smtpUrl: values.SMTP_URL, timeoutMs: values.SMTP_TIMEOUT_MS, from: values.MAIL_FROM },
  }
}
