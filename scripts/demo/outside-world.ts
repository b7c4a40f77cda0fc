import { join } from 'node:path'
import { failAtEnd, startChild } from '../launch/child.ts'
import type { Lifecycle } from '../launch/lifecycle.ts'
import { dataDir, projectDir } from '../launch/project.ts'
import type { Part } from './database.ts'
import type { DemoSecrets } from './installation.ts'

/**
 * Starts the stand-ins for payments, recommendations and the carrier. With a real STRIPE_SECRET_KEY the payments go to
 * Stripe, the others stay.
 * @param appUrl where its webhooks reach the app
 */
export async function startOutsideWorld({ onStop, onDeath }: Lifecycle, secrets: DemoSecrets, appUrl: string, onLine: (line: string) => void): Promise<Part> {
  const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET = secrets.stripeWebhookSecret } = process.env
  let announce: (port: number) => void
  const announced = new Promise<number>(resolve => (announce = resolve))
  const sandbox = startChild({
    name: 'Sandbox',
    command: process.execPath,
    args: [join(projectDir, 'sandbox/server.ts')],
    env: {
      ...process.env,
      SANDBOX_PORT: '0',
      SANDBOX_DATA_DIR: join(dataDir, 'sandbox'),
      SANDBOX_STRIPE_SECRET_KEY: secrets.stripeSecretKey,
      SANDBOX_WEBHOOK_URL: `${appUrl}/api/payments/webhook`,
      SANDBOX_WEBHOOK_SECRET: STRIPE_WEBHOOK_SECRET,
      SANDBOX_CARRIER_WEBHOOK_URL: `${appUrl}/api/fulfilment/webhook`,
    },
    logFile: join(dataDir, 'logs/sandbox.log'),
    onLine: (line) => {
      if (line.startsWith('{"ready":true')) announce((JSON.parse(line) as { port: number }).port)
      else onLine(line)
    },
    onDeath,
  })
  onStop(sandbox.stop)
  const url = `http://127.0.0.1:${await Promise.race([announced, failAtEnd(sandbox)])}`
  return STRIPE_SECRET_KEY
    ? { env: { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, SANDBOX_URL: url }, about: 'Stripe, with your key; carrier and recommendations are stand-ins' }
    : {
        env: { STRIPE_SECRET_KEY: secrets.stripeSecretKey, STRIPE_WEBHOOK_SECRET, STRIPE_API_URL: url, SANDBOX_URL: url },
        about: 'stand-ins for payments, carrier and recommendations: no money moves',
      }
}
