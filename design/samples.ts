import type { SavedAddress } from '#shared/schemas/account'
import type { CartLine } from '#shared/schemas/cart'
import type { Figures } from '#shared/schemas/desk'
import type { Order, OrderEventView } from '#shared/schemas/orders'
import type { ProductCard, ProductFacets } from '#shared/schemas/products'
import type { Review, ReviewList } from '#shared/schemas/reviews'
import type { Wish } from '#shared/schemas/wishlist'

const at = (hour: number) => `2026-11-20T${String(hour).padStart(2, '0')}:12:00.000Z`

/** The same thing in the states in which a tile can be. */
export function tileStates(product: ProductCard): [state: string, product: ProductCard][] {
  const plain = { ...product, maxPriceMinor: product.priceMinor, compareAtMinor: null, inStock: true }
  return [
    ['Plain', plain],
    ['From, when variants differ', { ...plain, maxPriceMinor: plain.priceMinor + 600 }],
    ['Reduced', { ...plain, compareAtMinor: plain.priceMinor + 500 }],
    ['Sold out', { ...plain, inStock: false }],
    ['A long name', { ...plain, name: `${plain.name} and a Very Long Second Name That Has to Break` }],
    ['Without a picture', { ...plain, image: null }],
  ]
}

export function cartLine(product: ProductCard, changes: Partial<CartLine> = {}): CartLine {
  const { slug, name, priceMinor, image } = product
  return { id: `line-${slug}`, variantId: slug, slug, name, sku: 'MS-1', options: { Colour: 'Kelp' }, image, quantity: 2, unitPriceMinor: priceMinor, available: 12, ...changes } as CartLine
}

export function order(product: ProductCard, status: Order['status']): Order {
  const { slug, name, priceMinor, image } = product
  const path: Order['status'][] = ['pending', 'paid', 'fulfilling', 'shipped', 'delivered']
  const reached = path.includes(status) ? path.slice(0, path.indexOf(status) + 1) : ['pending', 'paid', status] as const
  return {
    id: 'sample', number: 'MS-10042', status, email: 'ada@example.com',
    address: { name: 'Ada Byron', line1: '12 Analytical Row', city: 'Leeds', postcode: 'LS1 4AP', country: 'GB' },
    shippingMethod: 'standard', currency: 'GBP',
    lines: [{ variantId: slug, slug, name, sku: 'MS-1', options: { Colour: 'Kelp' }, image, quantity: 2, unitPriceMinor: priceMinor, lineTotalMinor: priceMinor * 2 }],
    subtotalMinor: priceMinor * 2, discountMinor: 0, promoCode: null, shippingMinor: 395, taxMinor: Math.round((priceMinor * 2 + 395) / 6), totalMinor: priceMinor * 2 + 395,
    refundedMinor: status === 'refunded' ? priceMinor * 2 + 395 : 0,
    events: reached.map((one, i) => ({ id: String(i), type: `order.${one}`, status: one, cause: '', at: at(9 + i) })),
    trackingNumber: status === 'shipped' ? 'MSC 4471 0098 GB' : null,
    placedAt: at(9), asOf: at(9 + reached.length), cancellable: false, returns: [], returnable: [], returnableUntil: null,
    expected: ['delivered', 'cancelled', 'refunded', 'payment-failed'].includes(status) ? null : { from: '2026-11-23T09:00:00.000Z', to: '2026-11-25T17:00:00.000Z' },
    delays: [], confirmedAt: status === 'pending' ? null : at(10), hasInvoice: !['pending', 'cancelled', 'payment-failed'].includes(status),
  }
}

export const facets: ProductFacets = {
  category: [],
  colour: ['Kelp', 'Salt', 'Ochre', 'Brick'].map((value, i) => ({ value, label: value, count: 12 - i * 3 })),
  availability: [{ value: '1', label: 'In stock', count: 20 }],
  traits: [{ name: 'size', label: 'Size', values: ['240 ml', '350 ml', '500 ml'].map((value, i) => ({ value, label: value, count: 20 - i * 10 })) }],
  price: { minMinor: 1000, maxMinor: 4800 },
  total: 24,
}

export const options = [{ name: 'Colour', values: ['Kelp', 'Salt', 'Ochre', 'Plum'] }, { name: 'Size', values: ['240 ml', '350 ml', '500 ml'] }]

const never = async () => false

/** A hold that no server knows: nothing is held, and nothing on it does anything. */
export function hold(product: ProductCard, { left = 0, holding = false, problem = '', short = false, begun = true }: { left?: number, holding?: boolean, problem?: string, short?: boolean, begun?: boolean }): ReturnType<typeof useCheckout> {
  const { id, lines, subtotalMinor, discountMinor, shippingMinor, taxMinor, totalMinor, currency } = order(product, 'pending')
  const held = shallowRef(begun ? { id, lines, subtotalMinor, discountMinor, shippingMinor, taxMinor, totalMinor, currency, expiresAt: at(10), now: at(9), shippingMethods: [], promo: null } : null)
  const leftMs = ref(left)
  return {
    held, leftMs, holding: ref(holding), problem: ref(problem), short: ref(short),
    ending: computed(() => leftMs.value > 0 && leftMs.value <= 120_000), expired: computed(() => !!held.value && leftMs.value <= 0), outdated: computed(() => false),
    hold: never, holdWhatIsLeft: never, start: async () => {}, expire: () => {}, release: () => {}, letGo: async () => {},
  }
}

/** A payment of nothing to nobody. */
export function payment({ paying = false, waitMs = 0 }): ReturnType<typeof usePayment> {
  return { paying: ref(paying), problem: ref(''), waitMs: ref(waitMs), pay: async () => {}, resume: never }
}

export const missed: OrderEventView[] = [{ id: 'missed', type: 'order.shipped', status: 'shipped', cause: '', at: at(14) }]
export const delays: Order['delays'] = (['payment', 'confirmation', 'dispatch', 'arrival'] as const).map(kind => ({ kind, since: at(11) }))

export const savedAddress: SavedAddress = { id: 'sample', isDefault: false, name: 'Ada Byron', line1: '12 Analytical Row', line2: 'Top floor', city: 'Leeds', postcode: 'LS1 4AP', country: 'GB' }

export const ratings: NonNullable<ReviewList['summary']> = { average: 4.3, count: 27, stars: [1, 1, 2, 8, 15] }
export const reviews: Review[] = [
  { id: 'kind', rating: 5, title: 'Keeps tea hot and guests envious', text: 'Bought one, then three.\nThe third is hidden.', name: 'Ada', writtenAt: at(9), helpful: 12, imported: false },
  { id: 'cross', rating: 2, title: 'Fine, but it is a mug', text: 'I had hoped for more than a mug.', name: 'Charles', writtenAt: at(10), helpful: 0, imported: true },
]

export function wish({ id, slug, name, image, priceMinor, currency }: ProductCard, sizes: readonly [size: string, inStock: boolean][]): Wish {
  const variants = sizes.map(([size, inStock], i) => ({ id: `${slug}-${i}`, options: { Size: size }, priceMinor: priceMinor + i * 300, inStock }))
  return { productId: id, slug, name, image, priceMinor, maxPriceMinor: variants.at(-1)?.priceMinor ?? priceMinor, currency, inStock: variants.some(({ inStock }) => inStock), variants, addedAt: at(9) }
}

/** Thirty days of a shop with a weekend in each week. */
export const days: Figures['days'] = Array.from({ length: 30 }, (_, i) => {
  const orders = i % 7 < 2 ? 3 + i % 4 : 8 + (i * 5) % 9
  return { day: new Date(Date.UTC(2026, 9, 22 + i)).toISOString().slice(0, 10), orders, revenueMinor: orders * 2_345 }
})
