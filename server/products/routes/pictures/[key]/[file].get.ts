import { defineEventHandler, getHeader, setResponseHeaders, setResponseStatus } from 'h3'
import { databaseFor } from '../../../../platform/db/for-event.ts'
import { notFound } from '../../../../platform/http/app-error.ts'
import { fetchCard } from '../../../serve-card.ts'
import { fetchPicture, parsePictureFile } from '../../../serve-picture.ts'

const forGood = 'public, max-age=31536000, immutable'
const forNow = 'public, max-age=300'

/** `/pictures/<key>/<width>.<avif|webp>` and `/pictures/<key>/card.jpg`: a key names its content, so an answer is good for ever. */
export default defineEventHandler(async (event) => {
  const { key = '', file = '' } = event.context.params ?? {}
  const { pictures } = event.context
  const wanted = parsePictureFile(key, file)
  const card = file === 'card.jpg' ? await fetchCard(pictures, databaseFor(event), key) : null
  const picture = wanted ? await fetchPicture(pictures, databaseFor(event), wanted) : card
  if (!picture) throw notFound('picture')
  setResponseHeaders(event, {
    'content-type': wanted ? `image/${wanted.format}` : 'image/jpeg',
    'cache-control': card && !card.current ? forNow : forGood,
    'etag': picture.etag,
    'x-content-type-options': 'nosniff',
  })
  if (getHeader(event, 'if-none-match') === picture.etag) {
    setResponseStatus(event, 304)
    return null
  }
  return picture.bytes
})
