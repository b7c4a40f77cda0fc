/** The colours of one theme by name, as `#rrggbb`. */
export type Theme = Readonly<Record<string, string>>

function coloursOf(block: string): Theme {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\s*;/gi)].map(([, name, value]) => [name!, value!.toLowerCase()]))
}
const rootIn = (css: string) => /:root\s*\{([^}]*)\}/.exec(css)?.[1] ?? ''

/** The themes as the style sheet has them; what the dark one does not name it takes from the light one. */
export function readThemes(css: string): { light: Theme, dark: Theme } {
  const [before = '', after = ''] = css.split('@media (prefers-color-scheme: dark)')
  const light = coloursOf(rootIn(before))
  return { light, dark: { ...light, ...coloursOf(rootIn(after)) } }
}

/** Values of the style sheet whose name begins so, in its order. */
export function readTokens(css: string, prefix: string): [name: string, value: string][] {
  const theme = /@theme static \{([^}]*)\}/.exec(css)?.[1] ?? ''
  return [...theme.matchAll(/--([\w-]+):\s*([^;]+);/g)].flatMap(([, name, value]): [string, string][] => (name!.startsWith(prefix) ? [[name!, value!]] : []))
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** WCAG 2 contrast ratio of two `#rrggbb` colours, 1 … 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

export interface Pair { front: string, back: string, least: 4.5 | 3, use: string }

/** What stands on what: 4.5 for words, 3 for large words, edges of controls and the focus ring (WCAG 2.2, 1.4.3 and 1.4.11). */
export const pairs: readonly Pair[] = [
  { front: 'ink', back: 'paper', least: 4.5, use: 'Text' },
  { front: 'ink', back: 'surface', least: 4.5, use: 'Text in fields' },
  { front: 'ink', back: 'sunken', least: 4.5, use: 'Text in notices and the footer' },
  { front: 'ink', back: 'danger-wash', least: 4.5, use: 'Text in a warning' },
  { front: 'muted', back: 'paper', least: 4.5, use: 'Second voice' },
  { front: 'muted', back: 'surface', least: 4.5, use: 'Placeholder' },
  { front: 'muted', back: 'sunken', least: 4.5, use: 'Second voice in the footer, a button that is off' },
  { front: 'paper', back: 'ink', least: 4.5, use: 'Button, flag on a picture' },
  { front: 'on-accent', back: 'accent', least: 4.5, use: 'Button under the pointer, badge' },
  { front: 'danger', back: 'paper', least: 4.5, use: 'What is wrong' },
  { front: 'danger', back: 'surface', least: 4.5, use: 'What is wrong, in a field' },
  { front: 'danger', back: 'danger-wash', least: 4.5, use: 'What is wrong, in a warning' },
  { front: 'good', back: 'paper', least: 4.5, use: 'What went well' },
  { front: 'good', back: 'surface', least: 4.5, use: 'What went well, on a card' },
  { front: 'edge', back: 'paper', least: 3, use: 'Edge of a control' },
  { front: 'edge', back: 'surface', least: 3, use: 'Edge of a field' },
  { front: 'focus', back: 'paper', least: 3, use: 'Focus ring' },
  { front: 'focus', back: 'surface', least: 3, use: 'Focus ring' },
  { front: 'focus', back: 'sunken', least: 3, use: 'Focus ring' },
]
