import { defineEventHandler, setResponseStatus } from 'h3'
import type { Health } from '../../../shared/schemas/health.ts'
import { checkHealth } from '../../platform/health.ts'

export default defineEventHandler(async (event): Promise<Health> => {
  const health = await checkHealth(event.context.platform)
  setResponseStatus(event, health.status === 'fail' ? 503 : 200)
  return health
})
