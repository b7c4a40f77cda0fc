import { resolve } from 'node:path'
import { z } from 'zod'
import { faultsSchema } from './faults/knobs.ts'

const environment = z.object({
  SANDBOX_HOST: z.string().min(1).default('127.0.0.1'),
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  SANDBOX_DATA_DIR: z.string().min(1).default('.data/sandbox'),
  SANDBOX_STRIPE_SECRET_KEY: z.string().min(1).optional(),
  SANDBOX_WEBHOOK_URL: z.url().optional(),
  SANDBOX_WEBHOOK_SECRET: z.string().min(1).optional(),
  SANDBOX_CARRIER_WEBHOOK_URL: z.url().optional(),
  SANDBOX_CARRIER_STEP_MS: z.coerce.number().int().min(1).default(15_000),
  SANDBOX_FAULTS: z.preprocess(
    (text, context) => {
      try {
        return JSON.parse(String(text ?? '{}'))
      }
      catch {
        context.addIssue({ code: 'custom', message: 'not JSON' })
        return z.NEVER
      }
    },
    faultsSchema,
  ),
  SANDBOX_SEED: z.string().default('1'),
}).refine(
  env => env.SANDBOX_WEBHOOK_SECRET || (!env.SANDBOX_WEBHOOK_URL && !env.SANDBOX_CARRIER_WEBHOOK_URL),
  { message: 'a webhook URL needs SANDBOX_WEBHOOK_SECRET: nothing is sent unsigned' },
)

/**
 * Reads the sandbox's settings from environment variables; an empty value counts as absent.
 * @throws Error naming each variable that is wrong.
 */
export function readSettings(env: Record<string, string | undefined>) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(given)
  if (!parsed.success) throw new Error(`sandbox settings: ${z.prettifyError(parsed.error)}`)
  const values = parsed.data
  return {
    host: values.SANDBOX_HOST,
    port: values.SANDBOX_PORT,
    dataDir: resolve(values.SANDBOX_DATA_DIR),
    stripeSecretKey: values.SANDBOX_STRIPE_SECRET_KEY,
    paymentsWebhookUrl: values.SANDBOX_WEBHOOK_URL,
    carrierWebhookUrl: values.SANDBOX_CARRIER_WEBHOOK_URL,
    webhookSecret: values.SANDBOX_WEBHOOK_SECRET ?? '',
    carrierStepMs: values.SANDBOX_CARRIER_STEP_MS,
    faults: values.SANDBOX_FAULTS,
    seed: values.SANDBOX_SEED,
  }
}

export type Settings = ReturnType<typeof readSettings>
