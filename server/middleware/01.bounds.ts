import { defineEventHandler } from 'h3'
import { AppError } from '../platform/http/app-error.ts'
import { refuseInWords } from '../platform/http/refusal-page.ts'
import { refuseOversize } from '../platform/http/request-bounds.ts'

/** Before anything else looks at a request: an address that is none, or more of it than anybody needs, goes no further. */
export default defineEventHandler((event) => {
  try {
    refuseOversize(event.node.req)
  }
  catch (error) {
    // Not rendered: this stands before the limits.
    if (error instanceof AppError && !/^\/(?:api|pictures)/.test(event.path)) return refuseInWords(event, error)
    throw error
  }
})
