// The edge agent's side of a deploy: who is listed, and which release gets whom.
import { z } from 'zod'
import { Refusal } from './refusal.ts'

/** Sends one request to the agent; it may be reachable from inside the project's network alone. */
export type AskAgent = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<{ status: number, body: unknown }>

const instancesSchema = z.object({ instances: z.array(z.object({ service: z.string(), address: z.string(), ready: z.boolean(), drained: z.boolean(), listed: z.boolean() })), applied: z.boolean() })
const releaseSchema = z.object({ stable: z.string(), canary: z.string().nullable(), canaryShare: z.number(), applied: z.boolean() })
export type Release = Omit<z.infer<typeof releaseSchema>, 'applied'>

async function answered<T>(schema: z.ZodType<T>, reply: Promise<{ status: number, body: unknown }>): Promise<T> {
  const { status, body } = await reply
  if (status === 200) return schema.parse(body)
  throw new Refusal(`The edge agent refuses: ${z.object({ error: z.string() }).safeParse(body).data?.error ?? `it answered ${status}`}.`)
}

export const edgeInstances = async (ask: AskAgent) => answered(instancesSchema, ask('GET', '/instances'))
export const edgeRelease = async (ask: AskAgent) => answered(releaseSchema, ask('GET', '/release'))

/** True once nginx has the list that this address stands in. */
export async function isListed(ask: AskAgent, address: string): Promise<boolean> {
  const { instances, applied } = await edgeInstances(ask)
  return applied && instances.some(one => one.address === address && one.ready && one.listed)
}

/** @throws {Refusal} when it is the last one of its service, or nginx did not take the list */
export async function drain(ask: AskAgent, address: string): Promise<void> {
  const { applied } = await answered(z.object({ applied: z.boolean() }), ask('POST', '/drain', { address }))
  if (!applied) throw new Refusal(`nginx still sends requests to ${address}: it did not take the agent's list within five seconds.`)
}

/** The next instance at this address is another one. */
export async function undrain(ask: AskAgent, address: string): Promise<void> {
  await ask('DELETE', `/drain/${address}`)
}

/** The other one of the two services that pages are served by. */
export const otherColour = (service: string) => (service === 'web' ? 'web-next' : 'web')

/** What each command asks of the agent, when this is what is now. @throws {Refusal} when it makes no sense now */
export function nextRelease(command: 'canary' | 'canary end' | 'canary promote' | 'switch' | 'rollback', now: Release, share = 0): Release {
  const other = otherColour(now.stable)
  switch (command) {
    case 'canary': return { stable: now.stable, canary: other, canaryShare: share }
    case 'canary end': return { stable: now.stable, canary: null, canaryShare: 0 }
    case 'canary promote':
      if (now.canary === null) throw new Refusal('There is no canary that could be promoted.')
      return { stable: now.canary, canary: null, canaryShare: 0 }
    case 'switch': return { stable: other, canary: null, canaryShare: 0 }
    case 'rollback':
      if (now.canary !== null) return { stable: now.stable, canary: null, canaryShare: 0 }
      if (now.stable === 'web') throw new Refusal('web serves alone: there is no release to go back from. To put an older image back, deploy its tag.')
      return { stable: 'web', canary: null, canaryShare: 0 }
  }
}

/** @throws {Refusal} when the agent refuses, or nginx did not take it */
export async function setRelease(ask: AskAgent, release: Release): Promise<void> {
  const { applied } = await answered(releaseSchema, ask('PUT', '/release', release))
  if (!applied) throw new Refusal('The agent has written it down, but nginx did not take it within five seconds; look at the proxy.')
}
