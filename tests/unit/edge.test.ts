import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync, existsSync, readdirSync } from 'node:fs'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEvent } from 'h3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { parsePlaces } from '../../deploy/edge/instances.ts'
import { keepAssets } from '../../deploy/edge/keep-assets.ts'
import { createPurger } from '../../deploy/edge/purge.ts'
import { firstRelease, mistakeIn } from '../../deploy/edge/release-state.ts'
import { isAllowed } from '../../deploy/edge/token.ts'
import { upstreamFile } from '../../deploy/edge/upstream-file.ts'
import { findNginx } from '../../scripts/launch/nginx.ts'
import { renderTemplate, type EdgeVariables } from '../../scripts/stack/render-template.ts'
import { readPostgresSettings } from '../../scripts/stack/settings-file.ts'
import { shopEnvironment } from '../../scripts/stack/environment.ts'
import { purgeTarget } from '../../server/platform/cache/edge-purge.ts'
import { freshness } from '../../server/platform/cache/freshness.ts'
import { refuseInWords } from '../../server/platform/http/refusal-page.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const template = read('deploy/nginx/shop.conf.template')

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'edge-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
const variablesFor = (folder: string): EdgeVariables => ({
  EDGE_LISTEN: '127.0.0.1:18080', EDGE_STATUS_LISTEN: '127.0.0.1:18081', EDGE_INNER_LISTEN: '127.0.0.1:18082', EDGE_CACHE_DIR: folder, EDGE_CACHE_MAX_SIZE: '64m', EDGE_UPSTREAM_DIR: join(folder, 'list'),
  EDGE_ASSETS_DIR: folder, EDGE_PAGES_DIR: join(root, 'deploy/nginx/pages'), EDGE_ACCESS_LOG: join(folder, 'access.log'), EDGE_CONNECTIONS_PER_ADDRESS: '100', EDGE_SLOW_CLIENT: '10s', EDGE_REAL_IP_FROM: 'unix:',
})

describe('the template of nginx', () => {
  test('is one that nginx takes, with the list that the agent writes', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'temp'))
    mkdirSync(join(folder, 'list'))
    mkdirSync(join(folder, 'conf.d'))
    writeFileSync(join(folder, 'nginx.conf'), read('deploy/nginx/nginx.conf'))
    writeFileSync(join(folder, 'conf.d/shop.conf'), renderTemplate(template, variablesFor(folder)))
    const instances = new Map([['web', ['10.0.0.1:3000', '[fd00::1]:3000']], ['web-next', ['10.0.0.2:3000']]])
    for (const release of [firstRelease('web'), { ...firstRelease('web'), canary: 'web-next', canaryShare: 33 }]) {
      writeFileSync(join(folder, 'list/upstreams.conf'), upstreamFile(instances, release, 7))
      execFileSync(findNginx()!, ['-t', '-q', '-p', `${folder}/`, '-c', join(folder, 'nginx.conf'), '-g', `pid ${folder}/pid;`], { stdio: 'pipe' })
    }
  })

  test('wants no variable that its head does not explain, and is refused when one is missing', () => {
    const [head] = template.split('\n\n') as [string]
    const wanted = [...new Set([...template.matchAll(/\$\{([A-Z_]+)\}/g)].map(match => match[1]!))]
    expect(wanted.filter(name => !head.includes(`#   ${name} `))).toEqual([])
    expect(wanted.sort()).toEqual(Object.keys(variablesFor('')).sort())
    expect(() => renderTemplate('${EDGE_UNHEARD_OF}', variablesFor(''))).toThrow('EDGE_UNHEARD_OF')
  })

  test('keeps the rows of the table of freshness, files, and nothing else', () => {
    const shapes = [...template.matchAll(/^ {2}"(~\^\(\?:GET\|HEAD\).*)" (public|"");$/gm)].map(([, shape, way]) => ({ shape: new RegExp(shape!.slice(1).replaceAll('\\.', '\\.')), way: way!.replaceAll('"', '') }))
    expect(shapes).toHaveLength(2)
    const wayOf = (request: string) => shapes.find(({ shape }) => shape.test(request))?.way ?? ''
    for (const { route } of Object.values(freshness)) {
      const path = route.replaceAll(/:\w+/g, 'tidewater-mug')
      for (const request of [`GET ${path}`, `HEAD ${path}`, `GET ${path}?q=mug&utm=1`]) expect(wayOf(request), request).toBe('public')
      for (const request of [`POST ${path}`, `GET ${path}?problem=sold-out`, `GET ${path}?a=1&problem=x`, `GET ${path.length > 1 ? path : ''}/x/y/z`, `GET /x${path}`]) expect(wayOf(request), request).toBe('')
    }
    for (const path of ['/pictures/abc/640.webp', '/_nuxt/x.js', '/favicon.svg', '/sitemaps/products-0f.xml']) expect(wayOf(`GET ${path}`), path).toBe('public')
    for (const path of ['/cart', '/account', '/orders/7', '/api/cart', '/api/auth/session', '/api/orders', '/api/products/mug/reviews/mine', '/write-review/mug', '/wishlist', '/admin', '/metrics', '/products/../cart', '/products/%2e%2e', '//', '/products/', '/PRODUCTS/mug', '/api/health']) expect(wayOf(`GET ${path}`), path).toBe('')
  })
})

describe('the list for nginx', () => {
  const instances = new Map([['web', ['10.0.0.1:3000']], ['web-next', []]])
  test('has no upstream without a server, and sends nobody to a canary that has none', () => {
    const text = upstreamFile(instances, { stable: 'web', canary: 'web-next', canaryShare: 100 }, 1)
    expect(text).toContain('upstream shop_web {')
    expect(text).not.toContain('upstream shop_web-next')
    expect(text).toMatch(/\$edge_service \{\n {2}default web;\n\}/)
  })
  test.each([[0, 0], [1, 3], [50, 128], [100, 256]])('moves at %i percent %i of 256 lots', (canaryShare, count) => {
    const text = upstreamFile(new Map([...instances, ['web-next', ['10.0.0.2:3000']]]), { stable: 'web', canary: 'web-next', canaryShare }, 1)
    expect(text.match(/^ {2}[0-9a-f]{2} web-next;$/gm) ?? []).toHaveLength(count)
  })
  test('is made from places that can be read', () => {
    expect(parsePlaces('web=web:3000, web=[::1]:3001')).toEqual([{ service: 'web', host: 'web', port: 3000 }, { service: 'web', host: '::1', port: 3001 }])
    for (const wrong of ['web', 'web=host', 'we b=host:1', 'web=ho st:1', 'web=host:1;evil']) expect(() => parsePlaces(wrong), wrong).toThrow('is no place')
  })
  test('follows a release that makes sense', () => {
    const services = ['web', 'web-next']
    expect(mistakeIn({ stable: 'web', canary: 'web-next', canaryShare: 5 }, services)).toBeNull()
    for (const wrong of [{ stable: 'x' }, { canary: 'web' }, { canaryShare: -1 }, { canaryShare: '5' }, { canaryShare: Number.NaN }, { more: 1 }]) expect(mistakeIn({ stable: 'web', canary: null, canaryShare: 0, ...wrong }, services), JSON.stringify(wrong)).not.toBeNull()
  })
})

describe('a purge', () => {
  test('finds tags in the head of a kept file alone, and leaves other files be', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'a/bc'), { recursive: true })
    const kept = (name: string, header: string, body = '') => writeFileSync(join(folder, 'a/bc', name), `\x05\0\0binary\0\nKEY: web|http|shop|/products/mug|gzip\nHTTP/1.1 200 OK\r\n${header}\r\n\r\n${body}`)
    const name = (digit: number) => String(digit).repeat(32)
    kept(name(1), 'Cache-Tag: catalogue, product:mug')
    kept(name(2), 'cache-tag: product:mug-2')
    kept(name(3), 'content-type: text/html', '\r\ncache-tag: product:mug\r\n\r\n')
    kept('temporary.0000000001', 'cache-tag: product:mug')
    const purger = createPurger(folder)
    expect(await purger.purge(['product:mug', 'unheard-of'])).toBe(1)
    expect(readdirSync(join(folder, 'a/bc')).sort()).toEqual([name(2), name(3), 'temporary.0000000001'])
    expect(await purger.purge(null)).toBe(2)
    expect([purger.counts(), purger.size()]).toEqual([{ purges: 2, deleted: 3, pending: 4 }, { files: 0, bytes: 0 }])
    purger.stop()
  })

  test('carries the token of its address in a header, and the agent takes no other', () => {
    const { address, headers } = purgeTarget('http://purge:s3cret%21@edge-agent:8090/purge')
    expect(address).toBe('http://edge-agent:8090/purge')
    expect(isAllowed(headers.authorization, 's3cret!')).toBe(true)
    for (const wrong of [undefined, 'Bearer', 'Bearer wrong', 'Basic czNjcmV0IQ==']) expect(isAllowed(wrong, 's3cret!'), wrong).toBe(false)
    expect([isAllowed('Bearer s3cret!', 's3cret!'), isAllowed(undefined, undefined)]).toEqual([true, true])
    expect(purgeTarget('http://edge-agent:8090/purge')).toEqual({ address: 'http://edge-agent:8090/purge', headers: {} })
  })
})

test('assets of earlier builds stay for thirty days after their last', () => {
  const [build, assets] = [temporaryFolder(), temporaryFolder()]
  mkdirSync(join(build, '_nuxt/fonts'), { recursive: true })
  mkdirSync(join(assets, '_nuxt'))
  for (const file of ['new.js', 'fonts/a.woff2']) writeFileSync(join(build, '_nuxt', file), file)
  for (const [file, days] of [['recent.js', 29], ['old.js', 31]] as const) {
    writeFileSync(join(assets, '_nuxt', file), file)
    utimesSync(join(assets, '_nuxt', file), Date.now() / 1_000 - days * 86_400, Date.now() / 1_000 - days * 86_400)
  }
  keepAssets(build, assets)
  keepAssets(build, assets)
  expect(['new.js', 'fonts/a.woff2', 'recent.js', 'old.js'].filter(file => existsSync(join(assets, '_nuxt', file)))).toEqual(['new.js', 'fonts/a.woff2', 'recent.js'])
})

describe('compose and the stack without it', () => {
  interface Service { environment?: Record<string, string>, volumes?: (string | { source: string, target: string })[] }
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> }
  /** What `${NAME:-value}` is while nobody says otherwise. */
  const byDefault = (value: string) => value.replace(/^\$\{\w+:-(.*)\}$/, '$1')
  const mounts = (name: string) => (services[name]!.volumes ?? []).map(volume => typeof volume === 'string' ? volume.split(':')[0]! : volume.source)
  const stack = shopEnvironment({ publicUrl: 'p', agentUrl: 'a', primaryUrl: 'd', replicaUrl: 'r', cacheUrl: 'c', queueUrl: 'q', sandboxUrl: 's', webs: 2 }, { stripeSecretKey: 'k', stripeWebhookSecret: 'w' })

  test.each(['web', 'web-next', 'worker'])('tell a %s the same, but for mails, telemetry and the image\'s own', (name) => {
    // Mailpit and the collector are no programs of this machine; the assets are laid out by the image's start.
    const apart = /^(?:SMTP_URL|ASSETS_DIR|OTEL_.*)$/
    const names = Object.keys(services[name]!.environment!).filter(variable => !apart.test(variable))
    expect(names.sort()).toEqual([...Object.keys(stack), 'APP_ROLE'].sort())
    for (const variable of ['APP_MODE', 'NUXT_PUBLIC_DEMO', 'ADMIN_THROUGH_PROXY', 'WEB_INSTANCES', 'SHUTDOWN_DELAY_MS', 'SHUTDOWN_TIMEOUT_MS']) expect(byDefault(services[name]!.environment![variable]!), variable).toBe(stack[variable])
  })

  test('run nginx from the same files, with the same variables', () => {
    expect(mounts('proxy')).toEqual(expect.arrayContaining(['./deploy/nginx/nginx.conf', './deploy/nginx/shop.conf.template', './deploy/nginx/start.sh', './deploy/nginx/pages']))
    expect(Object.keys(services.proxy!.environment!).filter(name => name.startsWith('EDGE_')).sort()).toEqual(Object.keys(variablesFor('')).sort())
    for (const name of ['EDGE_CACHE_DIR', 'EDGE_UPSTREAM_DIR']) expect(services['edge-agent']!.environment![name], name).toBe(services.proxy!.environment![name])
    const script = read('scripts/stack/edge.ts')
    for (const file of ['deploy/nginx/nginx.conf', 'deploy/nginx/shop.conf.template', 'deploy/nginx/start.sh', 'deploy/nginx/pages', 'deploy/edge/agent.ts']) expect(script, file).toContain(`'${file}'`)
  })

  test('run Postgres and Redis with the same settings', () => {
    const settings = readPostgresSettings(read('deploy/postgres/postgresql.conf'))
    expect(settings).toMatchObject({ wal_level: 'replica', hot_standby: 'on', recovery_target_timeline: 'latest' })
    expect(settings).not.toHaveProperty('listen_addresses')
    expect(() => readPostgresSettings('max_connections 5')).toThrow('no setting')
    expect(mounts('postgres-primary')).toContain('./deploy/postgres')
    expect(mounts('redis-cache')).toContain('./deploy/redis')
    const script = read('scripts/stack.ts')
    for (const file of ['postgres/postgresql.conf', 'redis/cache.conf', 'redis/queue.conf']) expect(script, file).toContain(`'${file}'`)
  })
})

// nginx has to have them when no process of the shop answers, so they are files; the words are their own, the rest is the shop's.
test.each([
  { statusCode: 413, title: 'That is too large.', detail: 'What was sent is larger than anything this shop reads.' },
  { statusCode: 429, title: 'One at a time, please.', detail: 'Your address asks for a great deal at once.', retryAfterS: 5 },
  { statusCode: 503, title: 'The shop is out of reach.', detail: 'Our shelves are there, but nobody answers the door just now. Your basket is kept. If you were just paying, look for our mail before you pay again.', retryAfterS: 5 },
])('the page for $statusCode is the one that the shop itself would say no with', (words) => {
  const request = new IncomingMessage(new Socket())
  expect(read(`deploy/nginx/pages/${words.statusCode}.html`)).toBe(refuseInWords(createEvent(request, new ServerResponse(request)), words))
})
