import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { bulkhead, BulkheadRejectedError } from 'cockatiel'
import { tooBusy } from './errors.ts'

const hash = promisify(argon2)

interface Cost { memory: number, passes: number, parallelism: number }

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
const today: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32

/** Each derivation holds its 19 MiB: four at a time are 76, whatever the number of log-ins; those in line hold only a password. */
const atATime = 4
const inLine = 64
const room = bulkhead(atATime, inLine)

async function derive(password: string, nonce: Buffer, cost: Cost): Promise<Buffer> {
  try {
    return await room.execute(() => hash('argon2id', { ...cost, tagLength, message: Buffer.from(password.normalize('NFKC')), nonce }))
  }
  catch (error) {
    throw error instanceof BulkheadRejectedError ? tooBusy() : error
  }
}

/** Answers a PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. @throws {AppError} 503 `auth/busy` */
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
 * @throws {AppError} 503 `auth/busy` when too many are in line
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt = '', tag = ''] = phc.exec(stored ?? await stranger) ?? []
  if (!tag) return false
  const actual = await derive(password, Buffer.from(salt, 'base64'), { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) })
  return timingSafeEqual(actual, Buffer.from(tag, 'base64')) && stored !== undefined
}

/** Whether it was made at another cost than today's: to be hashed afresh at the next log-in, when the password is at hand. */
export const isOutdated = (stored: string): boolean => !stored.startsWith(`$argon2id$v=19$m=${today.memory},t=${today.passes},p=${today.parallelism}$`)
