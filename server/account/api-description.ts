import { accountExport, addressBody, addressChange, addressList, deletionBody, profileBody, savedAddress } from '../../shared/schemas/account.ts'
import { sessionAnswer } from '../../shared/schemas/auth.ts'
import { identifier } from '../../shared/schemas/cart.ts'
import { tooBusy, tooManyTries, wrongCurrentPassword } from '../auth/index.ts'
import { ordersUnderway } from '../orders/index.ts'
import { notFound } from '../platform/http/app-error.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { addressesFull, adminStays } from './errors.ts'

const params = { id: identifier }

/** The routes of `account`, as the API's document tells them. */
export const accountRoutes: DomainDescription = {
  domain: 'account',
  about: 'What somebody keeps with us, takes along, or has erased.',
  routes: [
    { method: 'patch', path: '/api/account', summary: 'Another name', access: 'user', body: profileBody, answers: { 200: { description: 'Who you are', schema: sessionAnswer } } },
    { method: 'get', path: '/api/account/addresses', summary: 'Own addresses', access: 'user', answers: { 200: { description: 'The default first, then the newest', schema: addressList } } },
    { method: 'post', path: '/api/account/addresses', summary: 'Keep an address', access: 'user', body: addressBody, answers: { 201: { description: 'The address; the first is the default', schema: savedAddress } }, refusals: [notFound('account'), addressesFull()] },
    { method: 'patch', path: '/api/account/addresses/{id}', summary: 'Change an address, or make it the default', access: 'user', params, body: addressChange, answers: { 200: { description: 'The address', schema: savedAddress } } },
    { method: 'delete', path: '/api/account/addresses/{id}', summary: 'Forget an address', access: 'user', params, answers: { 204: { description: 'Done; the newest of the others is the default if this one was' } } },
    { method: 'get', path: '/api/account/data', summary: 'Everything that we keep about you', access: 'user', answers: { 200: { description: 'A part for each domain', schema: accountExport, headers: { 'content-disposition': 'A name to save it under' } } } },
    { method: 'post', path: '/api/account/deletion', summary: 'Delete the account and its data', access: 'user', body: deletionBody, answers: { 204: { description: 'Done; logged out everywhere' } }, refusals: [wrongCurrentPassword(), adminStays(), ordersUnderway([]), tooManyTries(0), tooBusy()] },
  ],
}
