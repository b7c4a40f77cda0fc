import { newPassword } from '../../shared/schemas/auth.ts'
import { AppError } from '../platform/http/app-error.ts'
import { isCommonPassword } from './common-passwords.ts'

/** What a guesser who knows the person would try first. */
export interface About { email: string, name?: string }

const shopWords = ['monolithsupply', 'monolith', 'supply']

const refusals = {
  length: '',
  common: 'That one is on every guesser’s list. A few unrelated words work well.',
  personal: 'That is hardly more than your name, your e-mail or ours. Add something that nobody knows about you.',
} as const
export type Refusal = keyof typeof refusals

const lettersOf = (text: string) => text.normalize('NFKC').toLowerCase().replaceAll(/[^\p{L}]/gu, '')

/** The names alone: fewer than four characters of its own are left, or fewer than four letters among signs and digits. */
function isPersonal(password: string, { email, name = '' }: About): boolean {
  const [local = '', domain = ''] = email.split('@')
  const plain = password.normalize('NFKC').toLowerCase()
  if (local.length >= 3 && plain.includes(local) && plain.length - local.length < 4) return true
  const known = [local, domain.split('.')[0] ?? '', ...local.split(/[^\p{L}]+/u), ...name.split(/\s+/), name, ...shopWords]
    .map(lettersOf).filter(word => word.length >= 3).toSorted((one, other) => other.length - one.length)
  const before = lettersOf(password)
  const rest = known.reduce((text, word) => text.replaceAll(word, ''), before)
  return rest !== before && rest.length < 4 && password.replaceAll(/\P{L}/gu, '').length * 2 >= [...password].length
}

/** Why a new password is refused, or nothing. Any Unicode will do, and no mixture of signs is asked for. */
export function refusalOf(password: string, about: About): Refusal | null {
  if (!newPassword.safeParse(password).success) return 'length'
  if (isCommonPassword(password)) return 'common'
  return isPersonal(password, about) ? 'personal' : null
}

const refused = (refusal: Refusal, message: string) => new AppError({ code: `auth/password-${refusal}`, status: 422, title: 'Choose another password', detail: message, errors: [{ path: 'password', message }] })

/** @throws {AppError} 422 `auth/password-length`, `auth/password-common` or `auth/password-personal`, about the field `password` */
export function acceptPassword(password: string, about: About): void {
  const refusal = refusalOf(password, about)
  if (!refusal) return
  throw refused(refusal, refusals[refusal] || newPassword.safeParse(password).error?.issues[0]?.message || 'Use 8 to 128 characters')
}

/** Each refusal there is, for the API's document. */
export const passwordRefusals = () => (['length', 'common', 'personal'] as const).map(refusal => refused(refusal, refusals[refusal]))
