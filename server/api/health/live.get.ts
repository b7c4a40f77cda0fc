import { defineEventHandler, setResponseHeader } from 'h3'
import type { Liveness } from '../../../shared/schemas/health.ts'

export default defineEventHandler((event): Liveness => {
  setResponseHeader(event, 'cache-control', 'no-store')
  return { status: 'pass' }
})
