import { expect, test } from 'vitest'
import { currency, formatMinor } from '../../shared/money.ts'

test('an amount is written as the language has it', () => {
  const { format } = new Intl.NumberFormat('en-GB', { style: 'currency', currency })
  const amounts = [0, 1, 9, 10, 99, 100, 101, 1_250, 99_999, 100_000, 123_456, 99_999_999, 100_000_000, 123_456_789_012]
  for (const amount of [...amounts, ...amounts.slice(1).map(one => -one)]) expect(formatMinor(amount)).toBe(format(amount / 100))
})
