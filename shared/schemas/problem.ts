import { z } from 'zod'

/** RFC 9457 problem details, as every error of `/api` is answered. `code` is stable; `errors` comes with 422. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  code: z.string().regex(/^[a-z-]+\/[a-z0-9-]+$/),
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}).meta({ id: 'Problem' })
export type Problem = z.infer<typeof problem>
