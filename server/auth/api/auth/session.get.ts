import { defineEventHandler, setResponseHeader } from 'h3'
import type { SessionAnswer } from '../../../../shared/schemas/auth.ts'
import { findShopper } from '../../shopper.ts'

export default defineEventHandler(async (event): Promise<SessionAnswer> => {
  setResponseHeader(event, 'cache-control', 'private, no-store')
  const shopper = await findShopper(event)
  return { user: shopper?.user ?? null }
})
