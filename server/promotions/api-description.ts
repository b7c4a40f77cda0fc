import { newPromotionBody, promotion, promotionId, promotionList, promotionListQuery, promotionRulesBody } from '../../shared/schemas/promotions.ts'
import { invalidCursor } from '../platform/http/cursor.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { codeTaken, limitBelowUses } from './errors.ts'

const params = { id: promotionId }
const thePromotion = { description: 'The promo code as it is now', schema: promotion }

/** The routes of `promotions`, as the API's document tells them. */
export const promotionRoutes: DomainDescription = {
  domain: 'promotions',
  about: 'Promo codes and their limits.',
  routes: [
    { method: 'get', path: '/api/admin/promotions', summary: 'All promo codes', access: 'admin', query: promotionListQuery, answers: { 200: { description: 'Newest first', schema: promotionList } }, refusals: [invalidCursor()] },
    { method: 'post', path: '/api/admin/promotions', summary: 'Make one', access: 'admin', body: newPromotionBody, answers: { 201: thePromotion }, refusals: [codeTaken()] },
    { method: 'patch', path: '/api/admin/promotions/{id}', summary: 'Change its rules', access: 'admin', params, body: promotionRulesBody, answers: { 200: thePromotion }, refusals: [limitBelowUses(0)] },
    { method: 'post', path: '/api/admin/promotions/{id}/end', summary: 'End it now', access: 'admin', params, answers: { 200: thePromotion } },
  ],
}
