/** The door of `sales`. */
export { salesFigures } from './count-sales.ts'
export { salesInvariants } from './invariants.ts'
