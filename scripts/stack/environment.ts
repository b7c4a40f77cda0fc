import type { DemoSecrets } from '../demo/installation.ts'

interface Places {
  /** Of the balancer, as shoppers type it. */
  publicUrl: string
  /** Of the edge agent. */
  agentUrl: string
  primaryUrl: string
  replicaUrl: string
  cacheUrl: string
  queueUrl: string
  sandboxUrl: string
  webs: number
}

/** What web and worker are told, variable by variable as in docker-compose.yml; a unit test holds the two together. */
export function shopEnvironment({ publicUrl, agentUrl, primaryUrl, replicaUrl, cacheUrl, queueUrl, sandboxUrl, webs }: Places, secrets: Pick<DemoSecrets, 'stripeSecretKey' | 'stripeWebhookSecret'>): Record<string, string> {
  return {
    APP_MODE: 'demo',
    APP_VERSION: '0.1.0',
    PUBLIC_URL: publicUrl,
    NUXT_PUBLIC_SITE_URL: publicUrl,
    NUXT_PUBLIC_DEMO: 'true',
    DATABASE_URL: primaryUrl,
    DATABASE_READ_URL: replicaUrl,
    REDIS_CACHE_URL: cacheUrl,
    REDIS_QUEUE_URL: queueUrl,
    STRIPE_SECRET_KEY: secrets.stripeSecretKey,
    STRIPE_WEBHOOK_SECRET: secrets.stripeWebhookSecret,
    STRIPE_API_URL: sandboxUrl,
    SANDBOX_URL: sandboxUrl,
    TRUSTED_PROXIES: '127.0.0.1',
    ADMIN_THROUGH_PROXY: 'on',
    EDGE_PURGE_URLS: `${agentUrl}/purge`,
    WEB_INSTANCES: String(webs),
    SHUTDOWN_DELAY_MS: '3000',
    SHUTDOWN_TIMEOUT_MS: '15000',
  }
}
