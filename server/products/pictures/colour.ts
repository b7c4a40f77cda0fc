type Rgb = readonly [number, number, number]

function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

const channel = (value: number) => Math.round(Math.max(0, Math.min(255, value))).toString(16).padStart(2, '0')

/** Mixes two `#rrggbb` colours; `amount` 0 gives the first, 1 the second. */
export function mix(from: string, to: string, amount: number): string {
  const a = parse(from)
  const b = parse(to)
  return `#${channel(a[0] + (b[0] - a[0]) * amount)}${channel(a[1] + (b[1] - a[1]) * amount)}${channel(a[2] + (b[2] - a[2]) * amount)}`
}

/** Towards a warm near-black, as shadows on real things are never grey. */
export const darken = (hex: string, amount: number) => mix(hex, '#1a120e', amount)
export const lighten = (hex: string, amount: number) => mix(hex, '#fffaf0', amount)

/** Relative luminance, 0 black … 1 white (WCAG 2). */
export function luminance(hex: string): number {
  const [r, g, b] = parse(hex).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** WCAG contrast ratio, 1 … 21. */
export function contrast(a: string, b: string): number {
  const one = luminance(a) + 0.05
  const two = luminance(b) + 0.05
  return one > two ? one / two : two / one
}

/** Distance in RGB, 0 … 441: tells apart hues of the same lightness, which contrast can't. */
export function distance(a: string, b: string): number {
  const one = parse(a)
  const two = parse(b)
  return Math.hypot(one[0] - two[0], one[1] - two[1], one[2] - two[2])
}
