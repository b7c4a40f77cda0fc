import { defineEventHandler } from 'h3'
import type { WishedIds } from '../../../../../shared/schemas/wishlist.ts'
import { wishedProducts } from '../../../change-wishlist.ts'

export default defineEventHandler((event): Promise<WishedIds> => wishedProducts(event))
