import { changePasswordBody, loginBody, registerBody, resetAnswer, resetConfirmBody, resetRequestBody, sessionAnswer, sessionList } from '../../shared/schemas/auth.ts'
import { identifier } from '../../shared/schemas/cart.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { emailTaken, resetUnusable, tooBusy, tooManyTries, wrongCredentials, wrongCurrentPassword } from './errors.ts'
import { passwordRefusals } from './password-rules.ts'

const setsCookie = { 'set-cookie': 'The shopper\'s one cookie, under a new token' }

/** The routes of `auth`, as the API's document tells them. */
export const authRoutes: DomainDescription = {
  domain: 'auth',
  about: 'Accounts and sessions.',
  routes: [
    { method: 'post', path: '/api/auth/register', summary: 'Open an account and log in', access: 'anyone', body: registerBody, answers: { 201: { description: 'The account; signed in', schema: sessionAnswer, headers: setsCookie } }, refusals: [emailTaken(), ...passwordRefusals(), tooBusy()] },
    { method: 'post', path: '/api/auth/login', summary: 'Log in', access: 'anyone', body: loginBody, answers: { 200: { description: 'Who you are', schema: sessionAnswer, headers: setsCookie } }, refusals: [wrongCredentials(), tooManyTries(0), tooBusy()] },
    { method: 'post', path: '/api/auth/logout', summary: 'Log out', access: 'anyone', answers: { 204: { description: 'Logged out, or never was in' } } },
    { method: 'get', path: '/api/auth/session', summary: 'Who am I', access: 'anyone', answers: { 200: { description: 'The account, or null', schema: sessionAnswer } } },
    { method: 'get', path: '/api/auth/sessions', summary: 'The devices that are logged in', access: 'user', answers: { 200: { description: 'Own sessions, latest first', schema: sessionList } } },
    { method: 'delete', path: '/api/auth/sessions', summary: 'Log every other device out', access: 'user', answers: { 204: { description: 'Done' } } },
    { method: 'delete', path: '/api/auth/sessions/{id}', summary: 'Log one device out', access: 'user', params: { id: identifier }, answers: { 204: { description: 'Done' } } },
    { method: 'post', path: '/api/auth/password', summary: 'Change the password', access: 'user', body: changePasswordBody, answers: { 204: { description: 'Done; every other device is logged out', headers: setsCookie } }, refusals: [wrongCurrentPassword(), tooManyTries(0), ...passwordRefusals(), tooBusy()] },
    { method: 'post', path: '/api/auth/reset', summary: 'Ask for a mail that sets a new password', access: 'anyone', body: resetRequestBody, answers: { 202: { description: 'The same whoever has that address', schema: resetAnswer } } },
    { method: 'post', path: '/api/auth/reset/confirm', summary: 'Set a new password with the mail\'s token', access: 'anyone', body: resetConfirmBody, answers: { 204: { description: 'Done; all devices are logged out' } }, refusals: [resetUnusable(), ...passwordRefusals(), tooBusy()] },
  ],
}
