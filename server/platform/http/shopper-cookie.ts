import { getCookie, type H3Event, setCookie } from 'h3'
import { isLsn, laterLsn, type Lsn, unknownLsn } from '../db/lsn.ts'

/**
 * The shop's one cookie: `<session token>.<log position>`. The position makes the shopper's next read at least
 * as new as their last write, on any instance and after a Redis flush; forging it only sends one's own reads to
 * the primary, under its cap.
 */
interface ShopperCookie { token: string | null, lsn: Lsn | null }

const maxAgeS = 60 * 60 * 24 * 30

function nameOf(event: H3Event) {
  return event.context.platform.config.publicUrl.startsWith('https:') ? '__Host-shopper' : 'shopper'
}

export function readShopperCookie(event: H3Event): ShopperCookie {
  event.context.shopperCookie ??= parse(getCookie(event, nameOf(event)))
  return event.context.shopperCookie
}

function parse(raw: string | undefined): ShopperCookie {
  const [token = '', position = ''] = (raw ?? '').split('.')
  const lsn = position.replace('-', '/')
  return { token: /^[\w-]{43}$/.test(token) ? token : null, lsn: isLsn(lsn) ? lsn : null }
}

/** Changes the token, the position, or both; `token: null` forgets the shopper. */
export function writeShopperCookie(event: H3Event, change: Partial<ShopperCookie>) {
  const before = readShopperCookie(event)
  // Every later position is a known one again, and covers the write whose own was not.
  const known = before.lsn === unknownLsn ? null : before.lsn
  const after = {
    token: change.token === undefined ? before.token : change.token,
    lsn: change.lsn === undefined ? before.lsn : laterLsn(known, change.lsn),
  }
  event.context.shopperCookie = after
  if (!after.token && !before.token) return
  setCookie(event, nameOf(event), after.token ? [after.token, after.lsn?.replace('/', '-')].filter(Boolean).join('.') : '', {
    httpOnly: true,
    sameSite: 'lax',
    secure: nameOf(event).startsWith('__Host-'),
    path: '/',
    maxAge: after.token ? maxAgeS : 0,
  })
}

declare module 'h3' {
  interface H3EventContext {
    shopperCookie?: ShopperCookie
  }
}
