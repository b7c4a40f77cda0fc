import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const hash = promisify(argon2)

interface Cost { memory: number, passes: number, parallelism: number }

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
const today: Cost = { memory: 19_456, passes: 2, parallelism: 1 }

const derive = (password: string, nonce: Buffer, cost: Cost) => hash('argon2id', { ...cost, tagLength: 32, message: Buffer.from(password.normalize('NFKC')), nonce }) as Promise<Buffer>

/** Answers a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive(password, nonce, today)
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${today.memory},t=${today.passes},p=${today.parallelism}$${text(nonce)}$${text(tag)}`
}

const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([\w+/]{11,86})\$([\w+/]{43})$/
const stranger = hashPassword('nobody has this password')

/**
 * Compares in constant time, at the cost that the stored hash was made with, so that the cost can be raised. A missing
 * hash costs as much as a wrong password: time tells nothing about who has an account.
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', tag = ''] = phc.exec(stored ?? await stranger) ?? []
  if (!tag) return false
  const actual = await derive(password, Buffer.from(salt, 'base64'), { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) })
  return timingSafeEqual(actual, Buffer.from(tag, 'base64')) && stored !== undefined
}
