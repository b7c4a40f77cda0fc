import { defineEventHandler } from 'h3'
import { identifier } from '../../../../../../shared/schemas/cart.ts'
import type { WishedIds } from '../../../../../../shared/schemas/wishlist.ts'
import { readId } from '../../../../../platform/http/input.ts'
import { forgetWish } from '../../../../change-wishlist.ts'

export default defineEventHandler((event): Promise<WishedIds> => forgetWish(event, readId(event, identifier, 'id', 'wish')))
