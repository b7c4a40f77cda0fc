import { defineEventHandler, sendNoContent } from 'h3'
import { endOtherSessions } from '../../../end-sessions.ts'

export default defineEventHandler(async (event) => {
  await endOtherSessions(event)
  return sendNoContent(event)
})
