import { mailList } from '../../shared/schemas/mails.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'

/** The routes of `notifications`, as the API's document tells them. */
export const notificationRoutes: DomainDescription = {
  domain: 'notifications',
  about: 'What the shop writes.',
  routes: [
    { method: 'get', path: '/api/demo/mails', summary: 'The latest mails, where there is no mail server', access: 'anyone', demoOnly: true, answers: { 200: { description: 'Newest first', schema: mailList } } },
  ],
}
