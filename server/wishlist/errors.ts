import { maxWishes } from '../../shared/schemas/wishlist.ts'
import { AppError } from '../platform/http/app-error.ts'

export const wishlistFull = () => new AppError({ code: 'wishlist/full', status: 409, title: `A wishlist holds at most ${maxWishes} things` })
