import { defineEventHandler, type H3Event } from 'h3'
import type { Freshness } from './freshness.ts'
import { answerPublic, type MadeAnswer, type PublicSources } from './public-answer.ts'

/** What a loader answers with when the thing has another address now: 301, with the body for whoever does not follow. */
export class Moved<Body extends object> {
  readonly location: string
  readonly body: Body
  constructor(location: string, body: Body) {
    this.location = location
    this.body = body
  }
}

/**
 * A route whose answer is the same for everybody. `parse` reads what it depends on from the request; `load` gets that and a
 * reader, and no request, so that it can know of no shopper. `Answer` is what `fetch` is told to expect.
 */
export function definePublicHandler<Parameters extends object, Answer>(row: Freshness, { parse, load }: {
  /** @throws {AppError} 404 or 422 */
  parse: (event: H3Event) => Parameters
  load: (parameters: Parameters, sources: PublicSources, context: Pick<H3Event['context'], 'recommendations'>) => Promise<Answer | Moved<object>>
}) {
  // The few addresses that are asked for again and again need not be taken apart each time.
  const recent = new Map<string, Parameters>()
  function parametersOf(event: H3Event): Parameters {
    const parameters = recent.get(event.path) ?? parse(event)
    recent.set(event.path, parameters)
    if (recent.size > 500) recent.delete(recent.keys().next().value!)
    return parameters
  }

  return defineEventHandler(async (event): Promise<Answer> => {
    const parameters = parametersOf(event)
    const { recommendations } = event.context
    const answer = await answerPublic(event, row, parameters, async (sources): Promise<MadeAnswer> => {
      const loaded = await load(parameters, sources, { recommendations })
      if (loaded instanceof Moved) return { status: 301, body: JSON.stringify(loaded.body), headers: { 'content-type': 'application/json', 'location': loaded.location } }
      return { body: JSON.stringify(loaded), headers: { 'content-type': 'application/json' } }
    })
    // The bytes of an Answer; null when the caller has it already.
    return answer as Answer
  })
}
