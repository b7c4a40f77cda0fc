import { describe, expect, it } from 'vitest'
import { commonEndings, commonWords, isCommonPassword } from '../../server/auth/common-passwords.ts'
import { acceptPassword, refusalOf } from '../../server/auth/password-rules.ts'
import { loginBody, newPassword } from '../../shared/schemas/auth.ts'

const ada = { email: 'ada.lovelace@example.com', name: 'Ada Lovelace' }

describe('the list of common passwords', () => {
  it('has thousands of entries of eight characters and more', () => {
    const entries = [...commonWords].flatMap(word => [...commonEndings].map(ending => word + ending)).filter(entry => entry.length >= 8)
    expect(new Set(entries).size).toBeGreaterThan(3_000)
    expect(entries.filter(entry => !isCommonPassword(entry))).toEqual([])
  })

  it.each([
    'password', 'password1', 'Password123', 'PASSWORD!', 'P@ssw0rd', 'p4$$w0rd1', 'passwort1', 'letmein123', 'welcome1', 'Welcome2026!', 'Summer2024!', 'iloveyou1', 'iloveyou', 'princess1', 'sunshine', 'football1', 'baseball',
    'superman1', 'trustno1', 'starwars', 'michael1', 'charlie123', 'monkey123', 'dragon12', 'whatever', 'qwerty123', 'qwertyuiop', 'asdfghjkl', '1qaz2wsx', 'q1w2e3r4', 'zaq12wsx', 'abc12345', 'admin123', 'changeme', 'liverpool1',
    '12345678', '123456789', '1234567890', '87654321', '11111111', '00000000', '12121212', '123123123', 'aaaaaaaa', 'abcabcabc', 'abcdefgh', 'poiuytrewq', 'monkeymonkey', 'mypassword', 'correcthorsebatterystaple', 'ｐａｓｓｗｏｒｄ１',
  ])('knows %s', password => expect(isCommonPassword(password)).toBe(true))

  it.each(['correct horse battery', 'dragons are nice', 'my password is longer than this', 'a long password', 'xk7-qm2-vv9', 'pässword ①', 'ünglaublich lang', '日本語のパスワード', 'football is not my game', '🐎🔋📎🐎🔌📎🖇️🧷'])('does not know %s', password => expect(isCommonPassword(password)).toBe(false))
})

describe('a new password', () => {
  it.each(['adalovelace', 'Ada.Lovelace1815', 'lovelace1', 'LOVELACE!!', 'monolith', 'Monolith-Supply', 'monolithsupply2026', 'ada-example-1'])('when it is hardly more than a name, then it is refused: %s', password => expect(refusalOf(password, ada)).toBe('personal'))

  it.each(['canada trip story', 'the supply of tea', 'lovelace drinks tea', '4821 7730 9921 ada', 'correct horse battery'])('when it merely holds one, then it is not: %s', password => expect(refusalOf(password, ada)).toBeNull())

  it('when the local part is mostly digits, then it is still the local part', () => {
    expect(refusalOf('k84-2931-77x!', { email: 'k84-2931-77x@example.com' })).toBe('personal')
  })

  it('when the local part is a letter or two, then it means nothing', () => {
    expect(refusalOf('a tea at noon', { email: 'a@b.example' })).toBeNull()
  })

  it.each([
    ['7 characters', 'xk7-qm2', false], ['8 characters', 'xk7-qm2-', true], ['128', 'xk7-'.repeat(32), true], ['129', `${'xk7-'.repeat(32)}x`, false],
    ['128 emoji, which are 256 units in memory', '🐎🔋'.repeat(64), true], ['7 emoji', '🐎🔋📎🔌🧷🍎🍏', false], ['8 letters of two marks each', 'a\u0308'.repeat(8), true], ['7 letters of two marks each', 'a\u0308'.repeat(7), false],
    ['spaces around', '  xk7 qm2  ', true], ['half a character', 'xk7-qm2-\ud800', false],
  ])('%s: as people count', (_, password, fits) => expect(newPassword.safeParse(password).success).toBe(fits))

  it('when it is as long as one may be, then it can be typed at log-in, and what is longer is not looked at', () => {
    const logIn = (password: string) => loginBody.safeParse({ email: 'ada@example.com', password }).success
    expect([logIn('🐎'.repeat(128)), logIn('🐎'.repeat(129)), logIn('x'), logIn('')]).toEqual([true, false, true, false])
  })

  it('when it is refused, then the field and the reason are named, and the password is not', () => {
    for (const [password, code] of [['short', 'auth/password-length'], ['password123', 'auth/password-common'], ['lovelace1', 'auth/password-personal']] as const) {
      expect(() => acceptPassword(password, ada)).toThrow(expect.objectContaining({ statusCode: 422, code, errors: [{ path: 'password', message: expect.not.stringContaining(password) as string }] }))
    }
  })
})
