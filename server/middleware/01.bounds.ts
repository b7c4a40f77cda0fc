import { defineEventHandler } from 'h3'
import { refuseOversize } from '../platform/http/request-bounds.ts'

/** Before anything else looks at a request: an address that is none, or more of it than anybody needs, goes no further. */
export default defineEventHandler(event => refuseOversize(event.node.req))
