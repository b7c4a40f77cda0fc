import { defineEventHandler } from 'h3'
import type { Liveness } from '../../../shared/schemas/health.ts'

export default defineEventHandler((): Liveness => {
  return { status: 'pass' }
})
