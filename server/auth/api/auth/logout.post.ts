import { defineEventHandler, sendNoContent } from 'h3'
import { logout } from '../../sign-in.ts'

export default defineEventHandler(async (event) => {
  await logout(event)
  return sendNoContent(event)
})
