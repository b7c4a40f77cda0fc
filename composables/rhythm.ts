/**
 * A shelf in a rhythm that repeats every 24 things: six, one of four places at the right, five, a note, one of four places
 * at the left, twelve. On two columns as on four each row comes out whole: 24 + 2 × 3 + 2 = 32 places.
 */
const period = 24
const [right, note, left] = [6, 11, 11]

/** Does the thing at this index take four places? Not so near the end that what follows could not fill the rows beside it. */
export function isFeature(index: number, count: number): boolean {
  const place = index % period
  return (place === right && index + 2 < count) || (place === left && index + 4 < count)
}

/** Which note stands before the thing at this index: 0 for the first, -1 for none. */
export function noteBefore(index: number, count: number): number {
  return index % period === note && index + 4 < count ? Math.floor(index / period) : -1
}
