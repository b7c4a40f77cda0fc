/** Dates read the same on the server and in any browser: British English, UTC. */
// Each is made when first used: to make one takes longer than all that a page shows with it.
const once = <T>(make: () => T) => {
  let made: T | undefined
  return () => (made ??= make())
}
const day = once(() => new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }))
const date = once(() => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }))
const moment = once(() => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }))

export const formatDay = (at: Date | string) => day().format(new Date(at))
export const formatDate = (at: string) => date().format(new Date(at))
export const formatMoment = (at: string) => `${moment().format(new Date(at))} UTC`

export { addWorkingDays } from '#shared/working-days'
