import { contrast, distance } from './colour.ts'

export interface Palette {
  name: string
  /** What the pattern lies on. */
  ground: string
  /** From the strongest to the quietest. */
  inks: readonly string[]
  /** A painted wall and a surface that suit it, for scenes. */
  wall: string
  surface: string
}

export const palettes: Readonly<Record<string, Palette>> = {
  salt: { name: 'Salt', ground: '#f3ede1', inks: ['#1f2d3a', '#c4553b', '#dfae5b', '#7f9da2', '#2f5d62'], wall: '#c9d0cc', surface: '#b08a60' },
  kelp: { name: 'Kelp', ground: '#ebe7d4', inks: ['#1d3b2f', '#557a57', '#d7a13f', '#a9b47c', '#7e412d'], wall: '#a9b39a', surface: '#a67c52' },
  brick: { name: 'Brick', ground: '#f5e5d6', inks: ['#8a3021', '#c75d3c', '#2d2c38', '#e8a37b', '#5f8087'], wall: '#d9b09a', surface: '#8d5f43' },
  ink: { name: 'Ink', ground: '#16222f', inks: ['#f1e9da', '#d6a25a', '#6f94ae', '#c8583f', '#36546e'], wall: '#8fa0ab', surface: '#b58f66' },
  plum: { name: 'Plum', ground: '#f2e6e3', inks: ['#4a2140', '#90426a', '#d27b84', '#e8b69d', '#33435a'], wall: '#c7a9ab', surface: '#9b6f55' },
  fog: { name: 'Fog', ground: '#e7e8e4', inks: ['#2c3a41', '#a5523c', '#5d737c', '#94a8ac', '#c9baa3'], wall: '#bcc2c0', surface: '#c2a27c' },
  marigold: { name: 'Marigold', ground: '#f8ebd2', inks: ['#c5541f', '#e39a2d', '#274b55', '#6d2c1c', '#efc36b'], wall: '#dcb777', surface: '#97653f' },
  moss: { name: 'Moss', ground: '#24321f', inks: ['#ece5c6', '#9fb26a', '#d99c4b', '#5d7c48', '#ba573c'], wall: '#9aa384', surface: '#a5794f' },
  lido: { name: 'Lido', ground: '#ecf2ee', inks: ['#0f5b6d', '#e9734f', '#2f9ba1', '#f2ba4e', '#163547'], wall: '#a8c6c4', surface: '#c9a67c' },
  soot: { name: 'Soot', ground: '#f1eee8', inks: ['#1a1a1a', '#b6412f', '#4a4845', '#8d8880', '#c5beb2'], wall: '#c8c3ba', surface: '#7d6450' },
  heather: { name: 'Heather', ground: '#eee8ee', inks: ['#463d66', '#8b7baa', '#d9a08c', '#36535c', '#bda9c4'], wall: '#b5abbf', surface: '#b08c6a' },
  clay: { name: 'Clay', ground: '#6b2f22', inks: ['#f4dfc4', '#e8a76c', '#cc6f4a', '#aab8a3', '#32201f'], wall: '#c89a7c', surface: '#8a5b3e' },
  harbour: { name: 'Harbour', ground: '#123442', inks: ['#f2e8d5', '#e77f55', '#5fa5a8', '#f0bd62', '#2b6273'], wall: '#8fb0b2', surface: '#b28b62' },
  butter: { name: 'Butter', ground: '#f9edc8', inks: ['#2c4a3e', '#d9693f', '#6f9a8d', '#efc250', '#8a4a55'], wall: '#e3d3a2', surface: '#a87b50' },
}

/** Colours of the things themselves: cloth, glaze, frame. */
export const colours: Readonly<Record<string, { name: string, hex: string }>> = {
  salt: { name: 'Salt', hex: '#efe8da' },
  oat: { name: 'Oat', hex: '#d8c8aa' },
  fog: { name: 'Fog', hex: '#b3bbb9' },
  sky: { name: 'Sky', hex: '#9fbac6' },
  rose: { name: 'Rose', hex: '#dcaaa0' },
  ochre: { name: 'Ochre', hex: '#cf9b42' },
  clay: { name: 'Clay', hex: '#c07a55' },
  brick: { name: 'Brick', hex: '#9f4530' },
  kelp: { name: 'Kelp', hex: '#3a5746' },
  plum: { name: 'Plum', hex: '#583350' },
  ink: { name: 'Ink', hex: '#22303f' },
  soot: { name: 'Soot', hex: '#2d2b29' },
  bare: { name: 'Unframed', hex: '#f7f3ea' },
  oak: { name: 'Oak', hex: '#c69c68' },
  walnut: { name: 'Walnut', hex: '#6d4832' },
  black: { name: 'Black', hex: '#262422' },
  white: { name: 'White', hex: '#f1ede4' },
}

/** Throws a RangeError on an unknown name. */
export function paletteOf(name: string): Palette {
  const palette = Object.hasOwn(palettes, name) ? palettes[name] : undefined
  if (!palette) throw new RangeError(`unknown palette: ${name}`)
  return palette
}

/** The `#rrggbb` of a named cloth, glaze or frame. Throws a RangeError on an unknown name. */
export function colourOf(name: string): string {
  const colour = Object.hasOwn(colours, name) ? colours[name] : undefined
  if (!colour) throw new RangeError(`unknown colour: ${name}`)
  return colour.hex
}

/** The same inks on another ground; an ink that would sink into it is left out, and bone or ink fills in. */
export function onGround(palette: Palette, ground: string): Palette {
  const legible = palette.inks.filter(ink => contrast(ink, ground) > 1.3 && distance(ink, ground) > 60)
  const spare = [palette.ground, '#f3ecdf', '#1e2833', '#d8a253', '#b9573c']
    .filter(ink => contrast(ink, ground) > 1.6 && !legible.includes(ink))
  const inks = [...legible, ...spare].slice(0, Math.max(4, legible.length))
  // The first ink carries most patterns: it has to stand out.
  const strongest = [...inks].sort((a, b) => contrast(b, ground) - contrast(a, ground))[0] ?? '#1e2833'
  return { ...palette, ground, inks: contrast(inks[0] ?? ground, ground) > 2.2 ? inks : [strongest, ...inks.filter(ink => ink !== strongest)] }
}
