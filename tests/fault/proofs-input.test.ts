import { mkdtemp, rm } from 'node:fs/promises'
import { isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, test } from 'vitest'
import { cacheKey } from '../../server/platform/cache/cache-key.ts'
import { type PageFrame, scriptHashes } from '../../server/platform/http/security-headers.ts'
import { isPublicAddress, publicLookup } from '../../server/products/import/public-address.ts'
import { sanitiseDescription } from '../../server/products/import/sanitise-description.ts'
import { createPictureRenderer } from '../../server/products/pictures/render.ts'
import { proof } from '../harness/proof.ts'
import { withoutScripts } from '../naive/block-list-html.ts'
import { hashEveryScript } from '../naive/hash-every-script.ts'
import { looksPublic } from '../naive/private-by-prefix.ts'
import { renderEveryTime } from '../naive/render-every-time.ts'
import { strippedKey } from '../naive/stripped-key.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const hostile = [
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg onload=alert(1)></svg>', '<a href="java&#10;script:alert(1)">x</a>', '<a href="//evil.example">x</a>',
  '<iframe srcdoc="<b>x</b>"></iframe>', '<p style="background:url(//evil.example)">x</p>', '<form action=//evil.example><input></form>', '<base href="//evil.example">', '<scr<script></script>ipt>alert(1)</script>',
]
/** An element that may be there, without anything but a link that leads to the web. */
const harmless = /^<\/?(?:p|a|b|div|table)(?: href="(?:https?|mailto):[^"]*")?>$/

test('without an allow list markup that nobody thought of comes through', () => proof({
  pattern: 'allow-list-html',
  claim: 'No description brings in what can run, load or restyle.',
  real: sanitiseDescription,
  naive: withoutScripts,
  check(sanitise) {
    const bad = hostile.filter(html => (sanitise(html).match(/<[^>]*>/g) ?? []).some(tag => !harmless.test(tag)))
    return { violations: bad.length, descriptions: hostile.length }
  },
}))

const words = ['<p>Nice.</p><script>alert(1)</script>', '<div><script type="module">alert(1)</script></div>', '<script async>alert(1)</script>']

test('without telling a page\'s frame from its markup, a script in somebody\'s words is taken for ours', () => proof({
  pattern: 'content-security-policy',
  claim: 'Of the inline scripts of a page those that are ours are in its policy, and those in somebody\'s words are not.',
  real: scriptHashes,
  naive: hashEveryScript,
  check(hashes) {
    const frame = { head: ['<script>ours()</script>'], bodyAppend: ['<script>window.state = {}</script>'] }
    const found = words.map(body => hashes({ ...frame, body: [body] } as PageFrame & { body: string[] }).length)
    return { violations: found.filter(count => count !== 2).length, pages: words.length, scriptsAllowed: found.reduce((sum, count) => sum + count, 0) }
  },
}))

const inside = ['127.0.0.1', '10.1.2.3', '169.254.169.254', '100.64.0.1', '::1', '::ffff:10.0.0.1', 'fd00::1', 'fe80::1', '64:ff9b::a00:1', '198.18.0.1', 'localhost']
const resolves = promisify(publicLookup as (host: string, options: object, callback: (error: Error | null) => void) => void)

test('without a look at the address that is connected to, names and notations lead inside', () => proof({
  pattern: 'public-addresses-only',
  claim: 'No notation or name leads the shop to its own network.',
  real: async (host: string) => (isIP(host) ? isPublicAddress(host) : resolves(host, {}).then(() => true, () => false)),
  naive: async (host: string) => looksPublic(host),
  async check(mayConnect) {
    const open = (await Promise.all(inside.map(mayConnect))).filter(Boolean).length
    return { violations: open, hosts: inside.length, refused: inside.length - open }
  },
}))

test('without one render a file, 24 shoppers are 24 drawings', () => proof({
  pattern: 'picture-renderer',
  claim: 'A picture that 24 shoppers want at once is drawn once.',
  real: () => {
    const renderer = createPictureRenderer({ directory: folder, concurrency: 2 })
    return (svg: () => string) => renderer.render({ key: 'proof', width: 96, format: 'webp', svg })
  },
  naive: () => (svg: () => string) => renderEveryTime({ svg, width: 96 }),
  async check(open: () => (svg: () => string) => Promise<unknown>) {
    const render = open()
    let drawings = 0
    const svg = () => {
      drawings += 1
      return '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100" fill="#357"/></svg>'
    }
    await Promise.all(Array.from({ length: 24 }, () => render(svg)))
    return { violations: drawings - 1, shoppers: 24, drawings }
  },
}))

const questions = [{ slug: 'blue-shirt' }, { slug: 'blueshirt' }, { q: 'a', category: 'b' }, { q: 'ab' }, { minPrice: 1, maxPrice: 23 }, { minPrice: 12, maxPrice: 3 }, { q: 'mug & tee' }, { q: 'mugtee' }]

test('without all of the question in its key an answer is given to another question', () => proof({
  pattern: 'cache-aside',
  name: 'keys',
  claim: 'No two questions share an entry.',
  real: cacheKey,
  naive: strippedKey,
  check(key) {
    const entries = new Set(questions.map(key)).size
    return { violations: questions.length - entries, questions: questions.length, entries }
  },
}))
