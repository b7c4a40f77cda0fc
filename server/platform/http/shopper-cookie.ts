import { deleteCookie, getCookie, type H3Event, setCookie } from 'h3'
import { detailsCookie } from '../../../shared/checkout-details.ts'
import { isLsn, laterLsn, type Lsn, unknownLsn } from '../db/lsn.ts'

/**
 * The shop's one cookie: `<session token>.<log position>.<device token>`. The position makes the shopper's next read at
 * least as new as their last write, on any instance and after a Redis flush; forging it only sends one's own reads to
 * the primary, under its cap. The device token stays after logging out: it opens nothing, and tells a browser that
 * logged in before from one that never did.
 */
interface ShopperCookie { token: string | null, lsn: Lsn | null, device: string | null }

const dayS = 60 * 60 * 24
const sessionMaxAgeS = 30 * dayS
const deviceMaxAgeS = 180 * dayS
/** Longer than any replica in use may be behind. */
const positionMaxAgeS = 60

function nameOf(event: H3Event) {
  return event.context.platform.config.publicUrl.startsWith('https:') ? '__Host-shopper' : 'shopper'
}

export function readShopperCookie(event: H3Event): ShopperCookie {
  event.context.shopperCookie ??= parse(getCookie(event, nameOf(event)))
  return event.context.shopperCookie
}

const isToken = (text: string) => /^[\w-]{43}$/.test(text)

function parse(raw: string | undefined): ShopperCookie {
  const [token = '', position = '', device = ''] = (raw ?? '').split('.')
  const lsn = position.replace('-', '/')
  return { token: isToken(token) ? token : null, lsn: isLsn(lsn) ? lsn : null, device: isToken(device) ? device : null }
}

/** Changes the token, the position, the device, or all; `token: null` forgets the shopper. */
export function writeShopperCookie(event: H3Event, change: Partial<ShopperCookie>) {
  const before = readShopperCookie(event)
  // Every later position is a known one again, and covers the write whose own was not.
  const known = before.lsn === unknownLsn ? null : before.lsn
  const after = {
    token: change.token === undefined ? before.token : change.token,
    lsn: change.lsn === undefined ? before.lsn : laterLsn(known, change.lsn),
    device: change.device === undefined ? before.device : change.device,
  }
  event.context.shopperCookie = after
  // Where the next one's parcel goes is not for whoever sits at this browser now.
  if (change.token === null) deleteCookie(event, detailsCookie, { path: '/checkout' })
  // Who has nothing here and has changed nothing needs no cookie. Who has, such as a guest by the link of their order, shall see it.
  if (!after.token && !before.token && after.device === before.device && !change.lsn) return
  const ended = change.token === null
  const parts = [after.token, ended ? null : after.lsn?.replace('/', '-'), after.device].map(part => part ?? '')
  setCookie(event, nameOf(event), parts.join('.').replace(/\.+$/, ''), {
    httpOnly: true,
    sameSite: 'lax',
    secure: nameOf(event).startsWith('__Host-'),
    path: '/',
    maxAge: after.device ? deviceMaxAgeS : after.token ? sessionMaxAgeS : ended ? 0 : positionMaxAgeS,
  })
}

declare module 'h3' {
  interface H3EventContext {
    shopperCookie?: ShopperCookie
  }
}
