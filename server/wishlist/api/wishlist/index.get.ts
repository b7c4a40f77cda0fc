import { defineEventHandler } from 'h3'
import type { Wishlist } from '../../../../shared/schemas/wishlist.ts'
import { ownWishlist } from '../../change-wishlist.ts'

export default defineEventHandler((event): Promise<Wishlist> => ownWishlist(event))
