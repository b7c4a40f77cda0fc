import { afterAll, describe, expect, it, vi } from 'vitest'

/** What Argon2 was asked to do; counted rather than timed, since a busy machine lies about time. */
const derivations = vi.hoisted(() => [] as { memory: number, passes: number, message: string }[])
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  const argon2: typeof crypto.argon2 = (algorithm, parameters, callback) => {
    derivations.push({ memory: parameters.memory, passes: parameters.passes, message: Buffer.from(parameters.message as Uint8Array).toString() })
    crypto.argon2(algorithm, parameters, callback)
  }
  return { ...crypto, argon2 }
})
// Test files share their modules: this one loads its own, and leaves none of them behind.
vi.resetModules()
afterAll(() => {
  vi.doUnmock('node:crypto')
  vi.resetModules()
})
const { hashPassword, isOutdated, verifyPassword } = await import('../../server/auth/passwords.ts')
const { argon2Sync } = await import('node:crypto')

const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '')
const workOf = async (password: string, stored: string | undefined) => {
  derivations.length = 0
  const answer = await verifyPassword(password, stored)
  return { answer, work: derivations.map(({ memory, passes, message }) => ({ memory, passes, message })) }
}

describe('a stored password', () => {
  it('is a PHC string at OWASP\'s cost, which any other library reads', async () => {
    const stored = await hashPassword('correct horse')
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    const [, , , , salt, tag] = stored.split('$')
    const again = argon2Sync('argon2id', { message: 'correct horse', nonce: Buffer.from(salt!, 'base64'), memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 })
    expect(unpadded(again)).toBe(tag)
  })

  it('when two shoppers choose the same one, then their hashes differ', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'))
  })

  it('when it is right, then it fits, and when one letter differs, then it does not', async () => {
    const stored = await hashPassword('pässword ①')
    expect(await verifyPassword('pässword ①', stored)).toBe(true)
    expect(await verifyPassword('pässword ②', stored)).toBe(false)
    expect(await verifyPassword('', stored)).toBe(false)
  })

  it('when another keyboard composes its letters otherwise, then it still fits', async () => {
    expect(await verifyPassword('pa\u0308sswort', await hashPassword('p\u00e4sswort'))).toBe(true)
  })

  it('when it was made at another cost, then it is checked at that cost', async () => {
    const nonce = Buffer.from('sixteen bytes ok')
    const tag = argon2Sync('argon2id', { message: 'old one', nonce, memory: 1_024, passes: 3, parallelism: 1, tagLength: 32 })
    const { answer, work } = await workOf('old one', `$argon2id$v=19$m=1024,t=3,p=1$${unpadded(nonce)}$${unpadded(tag)}`)
    expect(answer).toBe(true)
    expect(work).toEqual([{ memory: 1_024, passes: 3, message: 'old one' }])
  })

  it.each(['', 'plain', '$2b$10$abcdefghijklmnopqrstuv', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$c2hvcnQ'])('when it is not one of ours, then nothing fits it: %j', async (stored) => {
    expect(await verifyPassword('', stored)).toBe(false)
    expect(await verifyPassword('nobody has this password', stored)).toBe(false)
  })
})

describe('an unknown address', () => {
  it('costs the same work as a wrong password', async () => {
    const stored = await hashPassword('right')
    await verifyPassword('warm up', undefined)
    const known = await workOf('wrong', stored)
    const unknown = await workOf('wrong', undefined)
    expect(known.work).toHaveLength(1)
    expect(unknown).toEqual(known)
  })

  it('has no password that fits, not even the one that it is compared with', async () => {
    expect(await verifyPassword('nobody has this password', undefined)).toBe(false)
  })
})

describe('a flood of log-ins', () => {
  it('when more come than can be hashed, then four are hashed at a time and the rest wait or are sent away', async () => {
    const stored = await hashPassword('right')
    derivations.length = 0
    const answers = Array.from({ length: 80 }, () => verifyPassword('right', stored).then(() => 'hashed', (error: { statusCode: number, code: string, retryAfterS: number }) => error))
    await new Promise(resolve => setImmediate(resolve))
    expect(derivations).toHaveLength(4)
    const refused = (await Promise.all(answers)).filter(answer => answer !== 'hashed')
    expect(refused).toHaveLength(80 - 4 - 64)
    expect(refused[0]).toMatchObject({ statusCode: 503, code: 'auth/busy', retryAfterS: 2 })
    expect(await verifyPassword('right', stored)).toBe(true)
  })
})

describe('a hash of earlier days', () => {
  it.each([['$argon2id$v=19$m=1024,t=3,p=1$c2FsdHNhbHRzYWx0c2FsdA$x', true], ['', true]])('%s: is outdated', (stored, outdated) => expect(isOutdated(stored)).toBe(outdated))
  it('is none when it is of today', async () => expect(isOutdated(await hashPassword('x'))).toBe(false))
})
