import { defineEventHandler } from 'h3'
import type { Cart } from '../../../../../shared/schemas/cart.ts'
import { removePromo } from '../../../change-promo.ts'

export default defineEventHandler((event): Promise<Cart> => removePromo(event))
