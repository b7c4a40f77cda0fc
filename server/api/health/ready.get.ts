import { defineEventHandler, setResponseStatus } from 'h3'
import type { Readiness } from '../../../shared/schemas/health.ts'
import { checkHealth } from '../../platform/health.ts'

/** Whether a balancer should send work here: not before the routes are loaded, and not once the process was told to stop. */
export default defineEventHandler(async (event): Promise<Readiness> => {
  const { lifecycle } = event.context.platform
  if (lifecycle.phase() !== 'serving') {
    setResponseStatus(event, 503)
    return { status: 'fail', failed: [lifecycle.phase()] }
  }
  const { status, checks } = await checkHealth(event.context.platform)
  const failed = Object.entries(checks).filter(([, check]) => check.status === 'fail').map(([name]) => name)
  setResponseStatus(event, status === 'fail' ? 503 : 200)
  return { status: status === 'fail' ? 'fail' : 'pass', failed }
})
