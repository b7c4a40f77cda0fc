import { cart, identifier } from '../../shared/schemas/cart.ts'
import { moveWishBody, wishBody, wishedIds, wishlist } from '../../shared/schemas/wishlist.ts'
import { cartFull } from '../cart/index.ts'
import { notFound } from '../platform/http/app-error.ts'
import type { DomainDescription } from '../platform/http/describe-route.ts'
import { outOfStock } from '../products/index.ts'
import { wishlistFull } from './errors.ts'

const params = { id: identifier }
const theIds = { 200: { description: 'What is wished for now', schema: wishedIds } }

/** The routes of `wishlist`, as the API's document tells them; a wish is named by its product. */
export const wishRoutes: DomainDescription = {
  domain: 'wishlist',
  about: 'What somebody may buy another day.',
  routes: [
    { method: 'get', path: '/api/wishlist', summary: 'The wishlist', access: 'anyone', answers: { 200: { description: 'The latest wish first, at today\'s prices', schema: wishlist } } },
    { method: 'get', path: '/api/wishlist/items', summary: 'Which products are wished for', access: 'anyone', answers: theIds },
    { method: 'post', path: '/api/wishlist/items', summary: 'Wish for something', access: 'anyone', body: wishBody, answers: theIds, refusals: [notFound('product'), wishlistFull()] },
    { method: 'delete', path: '/api/wishlist/items/{id}', summary: 'Forget a wish', access: 'shopper', params, answers: theIds },
    { method: 'post', path: '/api/wishlist/items/{id}/move', summary: 'Into the basket', access: 'shopper', params, body: moveWishBody, answers: { 200: { description: 'The cart', schema: cart } }, refusals: [outOfStock(''), cartFull()] },
  ],
}
