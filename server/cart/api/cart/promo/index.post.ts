import { defineEventHandler } from 'h3'
import { type Cart, promoBody } from '../../../../../shared/schemas/cart.ts'
import { readJson } from '../../../../platform/http/input.ts'
import { applyPromo } from '../../../change-promo.ts'

export default defineEventHandler(async (event): Promise<Cart> => applyPromo(event, (await readJson(event, promoBody)).code))
