import { defineEventHandler } from 'h3'
import { type Cart, identifier } from '../../../../../shared/schemas/cart.ts'
import { readId } from '../../../../platform/http/input.ts'
import { removeFromCart } from '../../../change-cart.ts'

export default defineEventHandler((event): Promise<Cart> => removeFromCart(event, readId(event, identifier, 'id', 'cart line')))
