import { formatMinor } from './money.ts'

export const promotionKinds = ['percentage', 'amount', 'free-shipping'] as const
export type PromotionKind = (typeof promotionKinds)[number]

/** The most that a percentage may take off. */
export const maxPercent = 90

/** What goods cost at least after a discount, in pence: the least that a card is charged in pounds, so that every order has a payment. */
export const leastGoodsMinor = 30

/** Codes are told in any case and with any blanks: `ten off` is `TENOFF`. */
export const normaliseCode = (code: string): string => code.normalize('NFKC').toUpperCase().replaceAll(/\s+/g, '')

/** What a code does, as a shopper reads it. */
export function promotionLabel(kind: PromotionKind, value: number): string {
  if (kind === 'free-shipping') return 'Free standard delivery'
  return kind === 'percentage' ? `${value}% off` : `${formatMinor(value)} off`
}

/**
 * What comes off goods worth `subtotalMinor`, in pence, with halves rounded up: never below 0, and never so much that less
 * than `leastGoodsMinor` is left. Free delivery takes nothing off the goods.
 */
export function discountOn(subtotalMinor: number, kind: PromotionKind, value: number): number {
  const wantedMinor = kind === 'percentage' ? Math.round(subtotalMinor * value / 100) : kind === 'amount' ? value : 0
  return Math.max(0, Math.min(wantedMinor, subtotalMinor - leastGoodsMinor))
}
