import { defineEventHandler, setResponseHeader } from 'h3'
import { apiDocument } from '../api-document.ts'

/** What the API is, for programs; not in production. */
export default defineEventHandler((event) => {
  setResponseHeader(event, 'cache-control', 'no-store')
  return apiDocument(event.context.platform.config)
})
