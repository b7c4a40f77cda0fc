/** The one currency this shop trades in; every amount travels beside it. */
export const currency = 'GBP'

const formatter = new Intl.NumberFormat('en-GB', { style: 'currency', currency })

/** `1250` (pence) → `£12.50`. */
export function formatMinor(amountMinor: number): string {
  return formatter.format(amountMinor / 100)
}
