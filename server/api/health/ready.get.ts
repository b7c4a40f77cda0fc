import { defineEventHandler, setResponseStatus } from 'h3'
import type { Readiness } from '../../../shared/schemas/health.ts'
import { checkHealth } from '../../platform/health.ts'

export default defineEventHandler(async (event): Promise<Readiness> => {
  const { status, checks } = await checkHealth(event.context.platform)
  const failed = Object.entries(checks).filter(([, check]) => check.status === 'fail').map(([name]) => name)
  setResponseStatus(event, status === 'fail' ? 503 : 200)
  return { status: status === 'fail' ? 'fail' : 'pass', failed }
})
