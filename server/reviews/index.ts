/** The door of `reviews`: what the wiring and the seed need. */
export { moveReviews } from './move-reviews.ts'
export { reviewInvariants } from './invariants.ts'
export { reviewData } from './personal-data.ts'
export { reviewRoutes } from './api-description.ts'
export { seedReviews } from './seed-reviews.ts'
