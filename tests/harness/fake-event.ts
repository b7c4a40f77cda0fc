import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createEvent, type H3Event } from 'h3'
import type { Database } from '../../server/platform/db/database.ts'
import { ServerTiming } from '../../server/platform/telemetry/server-timing.ts'
import { loadConfig } from '../../server/platform/config.ts'

const config = loadConfig({ DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none', STRIPE_SECRET_KEY: 'sk_test_0123456789', STRIPE_WEBHOOK_SECRET: 'whsec_0123456789', RATE_LIMITS: 'off' })

/** A request that no server received, for a use case that takes one: what it stands on is the test's database alone. */
export function fakeEvent(database: Database, { cookie = '', publicUrl = config.publicUrl }: { cookie?: string, publicUrl?: string } = {}): H3Event {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method: 'POST', url: '/', headers: { ...(cookie && { cookie }) } })
  const event = createEvent(request, new ServerResponse(request))
  Object.assign(event.context, { platform: { config: { ...config, publicUrl }, database }, timing: new ServerTiming(), requestId: 'test-request', onSignedIn: async () => {} })
  return event
}
