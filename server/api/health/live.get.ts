import { defineEventHandler } from 'h3'

export default defineEventHandler(() => {
  return { status: 'pass' }
})
