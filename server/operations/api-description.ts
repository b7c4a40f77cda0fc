import { figures, waiting } from '../../shared/schemas/desk.ts'
import { deadLetter, deadLetterList, invariantReport, letterId, mendLetterBody } from '../../shared/schemas/operations.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { letterListQuery } from './decide-letter.ts'
import { letterNotWaiting } from './errors.ts'

const params = { id: letterId }
const theLetter = { 200: { description: 'The letter', schema: deadLetter } }
const refusals = [letterNotWaiting('')]

/** The routes of `operations`, as the API's document tells them. */
export const operationRoutes: DomainDescription = {
  domain: 'operations',
  about: 'For those who run the shop.',
  routes: [
    { method: 'get', path: '/api/admin/figures', summary: 'How today goes', access: 'admin', answers: { 200: { description: 'Today beside a week ago, thirty days, best sellers', schema: figures } } },
    { method: 'get', path: '/api/admin/waiting', summary: 'What needs a hand', access: 'admin', answers: { 200: { description: 'Counts', schema: waiting } } },
    { method: 'get', path: '/api/admin/invariants', summary: 'Whether all that must hold holds', access: 'admin', answers: { 200: { description: 'The last look at each', schema: invariantReport } } },
    { method: 'get', path: '/api/admin/dead-letters', summary: 'Events that could not be digested', access: 'admin', query: letterListQuery, answers: { 200: { description: 'Newest first', schema: deadLetterList } } },
    { method: 'get', path: '/api/admin/dead-letters/{id}', summary: 'One dead letter', access: 'admin', params, answers: theLetter },
    { method: 'patch', path: '/api/admin/dead-letters/{id}', summary: 'Mend what a replay will deliver', access: 'admin', params, body: mendLetterBody, answers: theLetter, refusals },
    { method: 'post', path: '/api/admin/dead-letters/{id}/replay', summary: 'Try again', access: 'admin', params, answers: theLetter, refusals },
    { method: 'post', path: '/api/admin/dead-letters/{id}/discard', summary: 'Give up for good', access: 'admin', params, answers: theLetter, refusals },
  ],
}
