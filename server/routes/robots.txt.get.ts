import { defineEventHandler, setResponseHeaders } from 'h3'

/** What belongs to one shopper, and the endless ways to filter a shelf; RFC 9309. */
const closed = ['/api/', '/admin', '/account', '/cart', '/checkout', '/orders/', '/search', '/*?*colour=', '/*?*sort=', '/*?*min=', '/*?*max=', '/*?*inStock=']
/** The catalogue is for everybody, programs too. */
const open = ['/api/products', '/api/categories']

export default defineEventHandler((event) => {
  setResponseHeaders(event, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=3600' })
  return ['User-agent: *', ...open.map(path => `Allow: ${path}`), ...closed.map(path => `Disallow: ${path}`), '', `Sitemap: ${event.context.platform.config.publicUrl}/sitemap.xml`, ''].join('\n')
})
