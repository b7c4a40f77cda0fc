/** The door of `cart`. */
export { findCode, forgetCode, listItems, moveCode, moveItems, subtractItems } from './db/queries.ts'
export { addToCart, ownerIdOf, putInCart } from './change-cart.ts'
export { cartFull } from './errors.ts'
export { cartData } from './personal-data.ts'
export { cartRoutes } from './api-description.ts'
