import { defineEventHandler } from 'h3'
import { apiDocument } from '../api-document.ts'

/** What the API is, for programs; not in production. */
export default defineEventHandler((event) => {
  return apiDocument(event.context.platform.config)
})
