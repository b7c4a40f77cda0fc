import type { OpenApiDocument, Operation } from '../../server/platform/http/openapi.ts'

/** A document as somebody once wrote it: the quantity had no bounds then, what is wrong was answered 400, and the answer was text. */
export function describeByHand(made: OpenApiDocument): OpenApiDocument {
  const { patch } = made.paths['/api/cart/items/{id}']!
  const { 422: _, ...responses } = patch!.responses
  const remembered: Operation = {
    ...patch!,
    requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', properties: { quantity: { type: 'integer' } } } } } },
    responses: { ...responses, 200: { description: 'The quantity', content: { 'application/json': { schema: { type: 'object', properties: { quantity: { type: 'string' } }, required: ['quantity'] } } } } },
  }
  return { ...made, paths: { '/api/cart/items/{id}': { patch: remembered } } }
}
