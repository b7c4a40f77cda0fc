/** The door of `promotions`: what a code is worth, how an order takes it and gives it back, and who may set its rules. */
export { promoView, weighCode, type WeighedCode } from './weigh-code.ts'
export { redeemCode, returnCode } from './redeem-code.ts'
export { alreadyUsed, codeEnded, minimumNotMet, unknownCode, usedUp } from './errors.ts'
export { promotionInvariants } from './invariants.ts'
export { promotionRoutes } from './api-description.ts'
export { promotionData } from './personal-data.ts'
export { seedPromotions } from './seed-promotions.ts'
export { identitiesOf } from './shopper-identities.ts'
