/** The one currency this shop trades in; every amount travels beside it. */
export const currency = 'GBP'

/**
 * `1250` (pence) → `£12.50`, as `Intl.NumberFormat('en-GB')` writes it. Making that takes a browser tens of
 * milliseconds, on every page and before anything on it answers to a touch.
 */
export function formatMinor(amountMinor: number): string {
  const pence = Math.abs(Math.round(amountMinor))
  const pounds = String(Math.trunc(pence / 100)).replace(/\B(?=(?:\d{3})+$)/g, ',')
  return `${amountMinor < 0 ? '-' : ''}£${pounds}.${String(pence % 100).padStart(2, '0')}`
}
