import { expect, test } from 'vitest'
import { formatDate, formatDay, formatMoment } from '../../composables/dates.ts'

test('a date is written as the language has it, in every month and at the edges of a day', () => {
  const written = (options: Intl.DateTimeFormatOptions, at: string) => new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(new Date(at))
  for (let month = 1; month <= 12; month++) {
    for (const rest of ['01T00:00:00Z', '09T09:05:59Z', '28T23:59:59.999Z', '15T12:00:00+14:00']) {
      const at = `2026-${String(month).padStart(2, '0')}-${rest}`
      // Whether a comma follows the weekday depends on how new the tables are.
      expect(formatDay(at)).toBe(written({ weekday: 'short', day: 'numeric', month: 'short' }, at).replace(/^(\w+),/, '$1'))
      expect(formatDate(at)).toBe(written({ day: 'numeric', month: 'long', year: 'numeric' }, at))
      expect(formatMoment(at)).toBe(`${written({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }, at)} UTC`)
    }
  }
})
