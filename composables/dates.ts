/**
 * Dates read the same on the server and in any browser: British English, UTC. Browsers know more of other languages than that, and
 * take longer to look it up than for all that a product's page shows.
 */
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

function partsOf(at: Date | string) {
  const time = new Date(at)
  const month = months[time.getUTCMonth()]!
  const two = (part: number) => String(part).padStart(2, '0')
  return {
    weekday: days[time.getUTCDay()],
    day: time.getUTCDate(),
    month,
    short: month === 'September' ? 'Sept' : month.slice(0, 3),
    year: time.getUTCFullYear(),
    clock: `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`,
  }
}

/** `Sat 5 Sept` */
export function formatDay(at: Date | string): string {
  const { weekday, day, short } = partsOf(at)
  return `${weekday} ${day} ${short}`
}

/** `5 September 2026` */
export function formatDate(at: string): string {
  const { day, month, year } = partsOf(at)
  return `${day} ${month} ${year}`
}

/** `5 Sept, 07:04 UTC` */
export function formatMoment(at: string): string {
  const { day, short, clock } = partsOf(at)
  return `${day} ${short}, ${clock} UTC`
}
