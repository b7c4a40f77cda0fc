/**
 * The one table of how old an answer may be, who may keep it, and what clears it. An answer that has no row here is
 * `private, no-store`: whatever is about one shopper cannot be kept by anybody by accident.
 *
 * @pattern layered-cache
 */
import { canonicalParameters, listingParameters } from './page-parameters.ts'

export interface Freshness {
  name: string
  /** As the router has it. */
  route: string
  /** An answer is dropped when one of these changes; `{slug}` is the route's own. */
  clearedBy: readonly string[]
  /** How long this process keeps the bytes. */
  processS: number
  /** How long the shared cache calls an entry fresh, and for how long after that it may be shown while a new one is made; 0 keeps none. */
  sharedS: number
  sharedStaleS: number
  /** The same for a CDN or the balancer, and for how long it may show the last good answer while we fail. */
  edgeS: number
  edgeStaleS: number
  edgeErrorS: number
  /** How long a browser shows it without asking. */
  browserS: number
  /** So dear that all instances together load it once. */
  dear?: true
  /** For a page: the parameters that it reads, in the order of its key. Others make no entry. */
  parameters?: readonly string[]
}

const page = { processS: 10, sharedS: 60, sharedStaleS: 240, edgeS: 30, edgeStaleS: 60, edgeErrorS: 600, browserS: 0, dear: true } as const
/** For machines, who come by once in a while and each get the same. */
const file = { processS: 0, sharedS: 300, sharedStaleS: 3_300, edgeS: 300, edgeStaleS: 3_300, edgeErrorS: 86_400, browserS: 0, dear: true } as const

export const freshness = {
  categories: { name: 'categories', route: '/api/categories', clearedBy: ['catalogue'], processS: 10, sharedS: 60, sharedStaleS: 300, edgeS: 30, edgeStaleS: 60, edgeErrorS: 600, browserS: 0, dear: true },
  listing: { name: 'listing', route: '/api/products', clearedBy: ['catalogue'], processS: 5, sharedS: 30, sharedStaleS: 60, edgeS: 10, edgeStaleS: 30, edgeErrorS: 600, browserS: 0, dear: true },
  suggestions: { name: 'suggestions', route: '/api/products/suggest', clearedBy: ['catalogue'], processS: 5, sharedS: 60, sharedStaleS: 300, edgeS: 30, edgeStaleS: 60, edgeErrorS: 600, browserS: 0 },
  product: { name: 'product', route: '/api/products/:slug', clearedBy: ['product:{slug}'], processS: 5, sharedS: 30, sharedStaleS: 60, edgeS: 10, edgeStaleS: 30, edgeErrorS: 600, browserS: 0 },
  recommendations: { name: 'recommendations', route: '/api/products/:slug/recommendations', clearedBy: [], processS: 0, sharedS: 0, sharedStaleS: 0, edgeS: 30, edgeStaleS: 60, edgeErrorS: 600, browserS: 30 },
  sitemap: { name: 'sitemap', route: '/sitemap.xml', clearedBy: [], ...file },
  sitemapFile: { name: 'sitemap-file', route: '/sitemaps/:file', clearedBy: [], ...file },
  llms: { name: 'llms', route: '/llms.txt', clearedBy: [], ...file },
  reviews: { name: 'reviews', route: '/api/products/:slug/reviews', clearedBy: ['product:{slug}'], processS: 5, sharedS: 30, sharedStaleS: 60, edgeS: 10, edgeStaleS: 30, edgeErrorS: 600, browserS: 0 },
  homePage: { name: 'home-page', route: '/', clearedBy: ['catalogue'], ...page, parameters: [] },
  categoryPage: { name: 'category-page', route: '/categories/:slug', clearedBy: ['catalogue'], ...page, parameters: listingParameters.filter(name => name !== 'category') },
  productPage: { name: 'product-page', route: '/products/:slug', clearedBy: ['product:{slug}'], ...page, parameters: [] },
  reviewsPage: { name: 'reviews-page', route: '/reviews/:slug', clearedBy: ['product:{slug}'], ...page, parameters: ['sort', 'cursor'] },
  searchPage: { name: 'search-page', route: '/search', clearedBy: ['catalogue'], ...page, sharedStaleS: 60, parameters: ['q', ...listingParameters] },
  aboutPage: { name: 'about-page', route: '/about', clearedBy: ['catalogue'], ...page, parameters: [] },
  deliveryPage: { name: 'delivery-page', route: '/delivery-and-returns', clearedBy: ['catalogue'], ...page, parameters: [] },
  privacyPage: { name: 'privacy-page', route: '/privacy', clearedBy: ['catalogue'], ...page, parameters: [] },
} satisfies Record<string, Freshness>

/** For everything that the table does not name. */
export const keptByNobody = 'private, no-store'

/**
 * The row as a header (RFC 9111, RFC 5861). The edge hears of changes itself; a browser does not, so it asks each time that
 * `browserS` is over, and is answered 304.
 */
export function cacheControl({ browserS, edgeS, edgeStaleS, edgeErrorS }: Freshness): string {
  return `public, max-age=${browserS}, s-maxage=${edgeS}, stale-while-revalidate=${edgeStaleS}, stale-if-error=${edgeErrorS}`
}

/** What clears an answer with these parameters. */
export function tagsOf({ clearedBy }: Freshness, parameters: object): string[] {
  const values = new Map<string, unknown>(Object.entries(parameters))
  return clearedBy.map(tag => tag.replace(/\{(\w+)\}/g, (_, name: string) => String(values.get(name))))
}

/** The longest that the shared cache keeps an entry of this row, in seconds. */
export const keptForS = ({ sharedS, sharedStaleS }: Freshness) => sharedS + sharedStaleS

/** A public page that an address stands for: its row, its parameters, and the one address under which it is rendered for all. */
export interface PublicPage { row: Freshness, parameters: Record<string, string>, address: string }

const rows: readonly Freshness[] = Object.values(freshness)
const pages = rows.filter(row => row.parameters).map(row => ({ row, shape: new RegExp(`^${row.route.replace(/:(\w+)/g, '(?<$1>[a-z0-9-]{1,120})')}$`) }))

/** Whether a public page is meant, in whatever words. */
export const isPublicPage = (address: string): boolean => pages.some(({ shape }) => shape.test(address.split('?', 1)[0]!))

/** `null` for what is no public page, or not in the words that its links have: then it is rendered for its one visitor. */
export function publicPageOf(address: string): PublicPage | null {
  const [path = '', query = ''] = address.split('?', 2)
  for (const { row, shape } of pages) {
    const match = shape.exec(path)
    if (!match) continue
    const given = new URLSearchParams(query)
    // What a form was refused for is told to the one who sent it.
    if (given.has('problem')) return null
    const wanted = canonicalParameters(row.parameters!, given)
    if (!wanted) return null
    const text = wanted.toString()
    return { row, parameters: { ...match.groups }, address: text ? `${path}?${text}` : path }
  }
  return null
}
