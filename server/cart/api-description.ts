import { addItemBody, cart, changeItemBody, identifier, promoBody } from '../../shared/schemas/cart.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { notFound } from '../platform/http/app-error.ts'
import { outOfStock } from '../products/index.ts'
import { alreadyUsed, codeEnded, minimumNotMet, unknownCode, usedUp } from '../promotions/index.ts'
import { cartFull } from './errors.ts'

const theCart = { 200: { description: 'The cart', schema: cart } }

/** The routes of `cart`, as the API's document tells them. */
export const cartRoutes: DomainDescription = {
  domain: 'cart',
  about: 'What somebody is about to buy, at today\'s prices.',
  routes: [
    { method: 'get', path: '/api/cart', summary: 'The cart', access: 'anyone', answers: theCart },
    { method: 'post', path: '/api/cart/items', summary: 'Put something in', access: 'anyone', body: addItemBody, answers: theCart, refusals: [notFound('variant'), outOfStock(''), cartFull()] },
    { method: 'patch', path: '/api/cart/items/{id}', summary: 'Change how many', access: 'shopper', params: { id: identifier }, body: changeItemBody, answers: theCart, refusals: [outOfStock('')] },
    { method: 'delete', path: '/api/cart/items/{id}', summary: 'Take something out', access: 'shopper', params: { id: identifier }, answers: theCart },
    { method: 'post', path: '/api/cart/promo', summary: 'Put a promo code with it', access: 'anyone', body: promoBody, answers: theCart, refusals: [unknownCode(), codeEnded(), minimumNotMet(0, 0), usedUp(), alreadyUsed()] },
    { method: 'delete', path: '/api/cart/promo', summary: 'Take the promo code out', access: 'anyone', answers: theCart },
    { method: 'post', path: '/api/cart/adjust', summary: 'Lower what there are not enough of to what is left', access: 'anyone', body: 'nothing', answers: theCart },
  ],
}
