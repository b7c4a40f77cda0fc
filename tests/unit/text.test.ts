import { describe, expect, it } from 'vitest'
import { line, text } from '../../shared/schemas/text.ts'

const onOneLine = line(20, 'missing')
const lines = text(20, 'missing')

describe('text that people type', () => {
  it.each([
    ['  Ada  ', 'Ada'], ['e\u{301}', 'é'], ['\u{202E}Ada', 'Ada'], ['A\u{200B}d\u{FEFF}a', 'Ada'], ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'], ['نام\u{200C}ها', 'نام\u{200C}ها'], ['Zoë', 'Zoë'], ['{{x}}<b>', '{{x}}<b>'],
  ])('%j is kept as %j', (given, kept) => expect([onOneLine.parse(given), lines.parse(given)]).toEqual([kept, kept]))

  it('is on one line where it must be, and on several where it may', () => {
    expect(onOneLine.parse('Ada\r\nBcc: x')).toBe('Ada Bcc: x')
    expect(onOneLine.parse('Ada\u{2028}x\u{2029}y')).toBe('Ada x y')
    expect(lines.parse('one\ntwo')).toBe('one\ntwo')
  })

  it.each(['\0', 'a\u{1B}[2J', 'a\u{7F}', '\u{85}b\u{9B}', '\uD800', 'x\uDC00', '', '   ', '\u{200B}\u{202E}', 'x'.repeat(21)])('%j is refused', (given) => {
    expect([onOneLine.safeParse(given).success, lines.safeParse(given).success]).toEqual([false, false])
  })
})
