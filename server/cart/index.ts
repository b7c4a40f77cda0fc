/** The door of `cart`. */
export { listItems, moveItems, subtractItems } from './db/queries.ts'
export { ownerIdOf } from './change-cart.ts'
export { cartRoutes } from './api-description.ts'
