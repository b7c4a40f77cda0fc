import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const hash = promisify(argon2)

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }

const derive = (password: string, nonce: Buffer) => hash('argon2id', { ...cost, message: Buffer.from(password.normalize('NFKC')), nonce }) as Promise<Buffer>

/** Answers a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive(password, nonce)
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${text(nonce)}$${text(tag)}`
}

const stranger = hashPassword('nobody has this password')

/** Compares in constant time; a missing hash costs as much as a wrong password, so that time tells nothing about who has an account. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, , , , salt, tag] = (stored ?? await stranger).split('$')
  const expected = Buffer.from(tag!, 'base64')
  const actual = await derive(password, Buffer.from(salt!, 'base64'))
  return timingSafeEqual(actual, expected) && stored !== undefined
}
