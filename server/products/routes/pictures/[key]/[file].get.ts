import { defineEventHandler, getHeader, setResponseHeaders, setResponseStatus } from 'h3'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { notFound } from '../../../../platform/http/app-error.ts'
import { fetchPicture, parsePictureFile } from '../../../serve-picture.ts'

/** `/pictures/<key>/<width>.<avif|webp>`: a key names its content, so an answer is good for ever. */
export default defineEventHandler(async (event) => {
  const { key = '', file = '' } = event.context.params ?? {}
  const wanted = parsePictureFile(key, file)
  if (!wanted) throw notFound('picture')
  const picture = await fetchPicture(event.context.pictures, databaseFor(event), wanted)
  if (!picture) throw notFound('picture')
  setResponseHeaders(event, {
    'content-type': `image/${wanted.format}`,
    'cache-control': 'public, max-age=31536000, immutable',
    'etag': picture.etag,
    'x-content-type-options': 'nosniff',
  })
  if (getHeader(event, 'if-none-match') === picture.etag) {
    setResponseStatus(event, 304)
    return null
  }
  return picture.bytes
})
