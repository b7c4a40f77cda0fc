import { defineEventHandler } from 'h3'
import { addItemBody, type Cart } from '../../../../../shared/schemas/cart.ts'
import { readJson } from '../../../../platform/http/input.ts'
import { addToCart } from '../../../change-cart.ts'

export default defineEventHandler(async (event): Promise<Cart> => addToCart(event, await readJson(event, addItemBody)))
