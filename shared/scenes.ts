/** Raise it whenever a drawing's code changes what is seen: every picture then has a new address and old ones may be cached for ever. */
export const artVersion = 2

/** Shelves of the house's own range: each has a still life of its own. */
export const ownShelves = ['prints', 'mugs', 'totes', 'tees', 'notebooks', 'cushions'] as const
export type OwnShelf = (typeof ownShelves)[number]
export const isOwnShelf = (slug: string): slug is OwnShelf => (ownShelves as readonly string[]).includes(slug)

/** Composed scenes by name, with their size in pixels. */
export const sceneSizes = { 'hero-wide': [2400, 1200], 'hero-tall': [1200, 1500], 'cover': [1600, 900] } as const
/** Widths in which a scene may be asked for; 768 is a phone's, at twice its CSS pixels. */
export const sceneWidths = [640, 768, 960, 1280, 1920] as const

/** The address of a scene's files; it changes with the art, so that it may be kept for ever. */
export const heroKey = (shape: 'wide' | 'tall') => `hero-${shape}-${artVersion}`
export const coverKey = (shelf: OwnShelf) => `cover-${shelf}-${artVersion}`

/** What a cover shows, for those who do not see it. */
export const coverWords: Readonly<Record<OwnShelf, string>> = {
  prints: 'Three framed prints over a sideboard with a vase and a few books.',
  mugs: 'Four mugs in a row on a wooden shelf, with a pear between them.',
  totes: 'Three cotton bags on a peg rail, beside a bunch of dried flowers.',
  tees: 'Three T-shirts on hangers, in window light.',
  notebooks: 'Three clothbound notebooks on a table, with a pencil and a mug of coffee.',
  cushions: 'A linen sofa with three cushions.',
}

/** FNV-1a, 32 bits: only tells one state of a thing from the next. */
function digest(text: string): string {
  let hash = 0x811C9DC5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}

/**
 * The key of the card that other sites show for a page, at `/pictures/<key>/card.jpg`: it names the words and the picture
 * that stand on it, so a change of either is another address.
 */
export function cardKey(of: 'shop' | 'shelf' | 'thing', { slug = '', name = '', picture = '' }: { slug?: string, name?: string, picture?: string } = {}): string {
  const shown = of === 'shelf' && isOwnShelf(slug) ? '' : picture
  return ['card', of, slug, digest([artVersion, name, shown].join('\n'))].filter(Boolean).join('-')
}
export const cardSize = { width: 1200, height: 630 } as const
