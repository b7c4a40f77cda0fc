/** The door of `wishlist`. */
export { moveWishes } from './db/queries.ts'
export { wishData } from './personal-data.ts'
export { wishRoutes } from './api-description.ts'
