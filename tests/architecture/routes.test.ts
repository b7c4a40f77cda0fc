import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesBelow, linesOf, read, root } from './source-files.ts'

/** Whose URLs begin how. A new first segment is a decision, so it is written here as well. */
const firstSegments: Record<string, readonly string[]> = {
  '(process)': ['api/health', 'api/openapi.json', 'api/docs', 'robots.txt'],
  'auth': ['api/auth', 'auth'],
  'account': ['api/account', 'account'],
  'products': ['api/products', 'api/categories', 'api/admin/products', 'pictures', 'sitemap.xml', 'sitemaps', 'llms.txt'],
  'cart': ['api/cart', 'cart'],
  'promotions': ['api/admin/promotions'],
  'orders': ['api/checkout', 'checkout', 'api/orders', 'orders', 'api/admin/orders', 'api/admin/returns'],
  'payments': ['api/payments'],
  'fulfilment': ['api/fulfilment'],
  'notifications': ['api/demo'],
  'reviews': ['api/products/*/reviews', 'api/reviews', 'api/admin/reviews', 'reviews'],
  'wishlist': ['api/wishlist', 'wishlist'],
  'operations': ['api/admin/figures', 'api/admin/waiting', 'api/admin/dead-letters', 'api/admin/invariants', 'metrics'],
}

interface Route { file: string, domain: string, method: string, url: string }

/** What Nitro makes of a file: the folder of the domain is not part of the URL, and parameters match whatever their name. */
function routeOf(file: string): Route {
  const [, domain = '(process)', kind, rest] = /^server\/(?:([^/]+)\/)?(api|routes)\/(.+)\.ts$/.exec(file)!
  const [, path, method = 'any'] = /^(.*?)(?:\.(get|post|put|patch|delete|head|options))?$/.exec(rest!)!
  const url = path!.replace(/(?:^|\/)index$/, '').replaceAll(/\[\.\.\.\w*\]/g, '**').replaceAll(/\[\w+\]/g, '*')
  return { file, domain, method, url: kind === 'api' ? `api/${url}` : url }
}

const routes = filesBelow('server', '.ts').filter(file => /^server\/(?:[^/]+\/)?(?:api|routes)\//.test(file)).map(routeOf)
const domains = /domains = \[(.*)\]/.exec(read('nuxt.config.ts'))![1]!.match(/[\w-]+/g)!

describe('a route file', () => {
  it('is read as Nitro reads it', () => {
    expect(routeOf('server/orders/api/orders/[id]/index.get.ts')).toMatchObject({ domain: 'orders', method: 'get', url: 'api/orders/*' })
    expect(routeOf('server/auth/routes/auth/login.post.ts')).toMatchObject({ domain: 'auth', method: 'post', url: 'auth/login' })
    expect(routeOf('server/api/health/index.get.ts')).toMatchObject({ domain: '(process)', method: 'get', url: 'api/health' })
    expect(routeOf('server/products/routes/pictures/[...key].ts')).toMatchObject({ method: 'any', url: 'pictures/**' })
    expect(routes.length).toBeGreaterThanOrEqual(30)
  })

  it('has its method and URL to itself: of two, Nitro drops one without a word', () => {
    const clashes = routes.flatMap((one, i) => routes.slice(i + 1)
      .filter(other => one.url === other.url && (one.method === other.method || one.method === 'any' || other.method === 'any'))
      .map(other => `${one.file} and ${other.file}`))
    expect(clashes).toEqual([])
  })

  it('stands in a domain that Nitro is told to scan', () => {
    const withRoutes = new Set(routes.map(route => route.domain).filter(domain => domain !== '(process)'))
    expect([...withRoutes].filter(domain => !domain.startsWith('(') && !domains.includes(domain))).toEqual([])
  })

  it('begins with a segment that belongs to its domain', () => {
    const strays = routes.filter(({ domain, url }) => !(firstSegments[domain] ?? []).some(prefix => url === prefix || url.startsWith(`${prefix}/`)))
    expect(strays.map(({ file, url }) => `${file} is /${url}`)).toEqual([])
  })

  it('shares its first segment with no other domain, and each in the table is in use', () => {
    const all = Object.values(firstSegments).flat()
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter(prefix => !routes.some(({ url }) => url === prefix || url.startsWith(`${prefix}/`)))).toEqual([])
  })

  it('says its method, so that another one is answered 405 and not served', () => {
    expect(routes.filter(route => route.method === 'any').map(route => route.file)).toEqual([])
  })

  it('is at most 60 lines: parse, who, one use case, answer', () => {
    expect(routes.filter(({ file }) => linesOf(file) > 60).map(({ file }) => `${file}: ${linesOf(file)}`)).toEqual([])
  })
})

describe('the server', () => {
  const files = filesBelow('server', '.ts')

  it('has a door in every domain, and no folder that is neither a domain nor Nitro\'s nor the platform', () => {
    const folders = readdirSync(join(root, 'server'), { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name)
    expect(folders.filter(folder => !['platform', 'api', 'routes', 'plugins', 'middleware'].includes(folder)).toSorted()).toEqual(domains.toSorted())
    for (const domain of domains) expect(files).toContain(`server/${domain}/index.ts`)
  })

  it('imports by name: nothing comes from #imports', () => {
    expect(files.filter(file => /from '#|import\(?\s*'#/.test(read(file)))).toEqual([])
    expect(files.length).toBeGreaterThan(100)
  })

  it('reads the environment in one place', () => {
    const readers = files.filter(file => /process\.env|useRuntimeConfig/.test(read(file)))
    expect(readers).toEqual(['server/plugins/compose.ts'])
  })

  it('has no file that must be scrolled for minutes', () => {
    const long = [...files, ...filesBelow('shared', '.ts'), ...filesBelow('components', '.vue')].filter(file => linesOf(file) > 220)
    expect(long.map(file => `${file}: ${linesOf(file)}`)).toEqual([])
  })
})
