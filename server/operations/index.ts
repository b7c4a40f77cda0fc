/** The door of `operations`: what those who run the shop look at. */
export { invariantChecks } from './db/tables.ts'
