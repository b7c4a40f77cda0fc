import { defineEventHandler } from 'h3'
import type { SessionAnswer } from '../../../../shared/schemas/auth.ts'
import { findShopper } from '../../shopper.ts'

export default defineEventHandler(async (event): Promise<SessionAnswer> => {
  const shopper = await findShopper(event)
  return { user: shopper?.user ?? null }
})
