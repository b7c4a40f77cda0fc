/**
 * What a list can be narrowed by, beside category, colour, price and stock: the facets' names in addresses and answers. A fixed
 * vocabulary, so that neither an import nor an address can make up more; `server/products/traits.ts` says what each is read from.
 */
export const traitNames = ['size', 'frame', 'handles', 'filling', 'ruling', 'material', 'finish', 'fit', 'pattern'] as const
export type TraitName = (typeof traitNames)[number]

/** A list is asked for with at most as many values of one facet. */
export const maxChosen = 8
