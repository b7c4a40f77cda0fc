/** The door of `products`: what can be sold, its stock, and how the catalogue is written. */
export { findVariants, type SellableVariant } from './db/detail.ts'
export { claimHold, holdStock, releaseHold, returnHold, sellHold, sweepExpiredHolds, type HoldLine } from './stock.ts'
export { stockLedger } from './stock-ledger.ts'
export { outOfStock } from './errors.ts'
export { seedCatalogue } from './seed-catalogue.ts'
export { saveProduct, type SaveOutcome } from './save-product.ts'
export type { CatalogueProduct, CataloguePicture } from './catalogue-product.ts'
export { openPictures } from './serve-picture.ts'
