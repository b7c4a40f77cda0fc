import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { IConfiguration, ICruiseResult } from 'dependency-cruiser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { read, root } from './source-files.ts'

const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as IConfiguration & { forbidden: { name: string }[] }

/** Runs the project's own rules over a tree, with the program that `npm run lint` runs. */
function cruiseTree(cwd: string, folders: string[]): ICruiseResult {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders], { cwd, encoding: 'utf8', maxBuffer: 64_000_000 })
  if (!stdout) throw new Error(stderr)
  return JSON.parse(stdout) as ICruiseResult
}

/** What is wrong and where: each import that a rule forbids, and the rule's name. */
const bad: Record<string, { files: Record<string, string>, breaks: string[] }> = {
  'two files of a domain need each other': {
    files: { 'server/cart/a.ts': 'import { b } from \'./b.ts\'\nexport const a = () => b', 'server/cart/b.ts': 'import { a } from \'./a.ts\'\nexport const b = () => a' },
    breaks: ['server/cart/a.ts no-cycles'],
  },
  'a domain reaches behind another one\'s door': {
    files: { 'server/orders/peek.ts': 'import \'../products/stock.ts\'' },
    breaks: ['server/orders/peek.ts domains-meet-at-their-doors'],
  },
  'a domain takes only a type from behind a door': {
    files: { 'server/orders/peek-type.ts': 'import type { Stock } from \'../products/stock.ts\'\nexport type Mine = Stock' },
    breaks: ['server/orders/peek-type.ts domains-meet-at-their-doors'],
  },
  'a route of one domain reaches behind another\'s door': {
    files: { 'server/cart/api/cart/peek.get.ts': 'import \'../../../products/stock.ts\'' },
    breaks: ['server/cart/api/cart/peek.get.ts domains-meet-at-their-doors'],
  },
  'the wiring reaches behind a door': {
    files: { 'server/plugins/wire.ts': 'import \'../orders/place.ts\'', 'server/middleware/wire.ts': 'import \'../orders/place.ts\'', 'server/worker.ts': 'import \'./orders/place.ts\'', 'scripts/wire.ts': 'import \'../server/orders/place.ts\'' },
    breaks: ['server/plugins/wire.ts wiring-uses-doors', 'server/middleware/wire.ts wiring-uses-doors', 'server/worker.ts wiring-uses-doors', 'scripts/wire.ts wiring-uses-doors'],
  },
  'the platform knows a domain, by its door even': {
    files: { 'server/platform/know.ts': 'import \'../orders/index.ts\'' },
    breaks: ['server/platform/know.ts platform-knows-no-domain'],
  },
  'a page, a component or a composable imports the server': {
    files: { 'pages/index.ts': 'import \'../server/orders/index.ts\'', 'components/Bad.vue': '<script setup lang="ts">\nimport { x } from \'../server/orders/index.ts\'\nx()\n</script>\n', 'composables/useBad.ts': 'import \'~/server/orders/index.ts\'' },
    breaks: ['pages/index.ts pages-never-import-the-server', 'components/Bad.vue pages-never-import-the-server', 'composables/useBad.ts pages-never-import-the-server'],
  },
  'what both sides share takes from one of them': {
    files: { 'shared/lean.ts': 'import \'../server/platform/db.ts\'', 'shared/lean-on-page.ts': 'import \'../components/Good.vue\'' },
    breaks: ['shared/lean.ts shared-stands-alone', 'shared/lean-on-page.ts shared-stands-alone'],
  },
  'logic takes from Nitro': {
    files: { 'server/orders/nitro.ts': 'import \'nitropack/runtime\'', 'server/orders/hash.ts': 'import \'#imports\'', 'server/platform/nitro.ts': 'import \'nitropack\'' },
    breaks: ['server/orders/nitro.ts logic-without-nitro', 'server/orders/hash.ts logic-without-nitro', 'server/platform/nitro.ts logic-without-nitro'],
  },
  'the shop takes from the sandbox': {
    files: { 'server/payments/fake.ts': 'import \'../../sandbox/server.ts\'' },
    breaks: ['server/payments/fake.ts sandbox-is-outside'],
  },
  'code that runs takes from the tests': {
    files: { 'server/orders/tested.ts': 'import \'../../tests/fixture.ts\'', 'scripts/tested.ts': 'import \'../tests/fixture.ts\'' },
    breaks: ['server/orders/tested.ts no-tests-in-production', 'scripts/tested.ts no-tests-in-production'],
  },
  'an import leads nowhere': {
    files: { 'server/orders/lost.ts': 'import \'./nowhere.ts\'', 'server/orders/lost-package.ts': 'import \'no-such-package\'' },
    breaks: ['server/orders/lost.ts not-to-unresolvable', 'server/orders/lost-package.ts not-to-unresolvable'],
  },
}

/** What is allowed, and close to what is not. */
const good: Record<string, string> = {
  'server/orders/index.ts': 'export { place } from \'./place.ts\'\nexport const x = () => 1',
  'server/orders/place.ts': 'import { hold } from \'../products/index.ts\'\nimport \'../platform/db.ts\'\nimport \'../../shared/money.ts\'\nexport const place = () => hold',
  'server/products/index.ts': 'export { hold } from \'./stock.ts\'',
  'server/products/stock.ts': 'export interface Stock { n: number }\nexport const hold = 1',
  'server/products/api/products/index.get.ts': 'import \'nitropack/runtime\'\nimport \'../../stock.ts\'',
  'server/platform/db.ts': 'import \'h3\'\nexport const db = 1',
  'server/composition.ts': 'import \'./orders/index.ts\'\nimport \'./platform/db.ts\'',
  'shared/money.ts': 'export const currency = \'GBP\'',
  'components/Good.vue': '<script setup lang="ts">\nimport { currency } from \'~/shared/money.ts\'\nimport { other } from \'#shared/money\'\n</script>\n',
  'composables/useGood.ts': 'import type { Stock } from \'../server/products/stock.ts\'\nexport type Mine = Stock',
  'sandbox/server.ts': 'export const sandbox = 1',
  'tests/fixture.ts': 'import \'../server/orders/place.ts\'\nimport \'../sandbox/server.ts\'',
  'scripts/run.ts': 'import \'../server/orders/index.ts\'',
}

/** Packages where the real tree has them: a link to its own would lead out of the tree, past the rules' paths. */
const packages: Record<string, string> = {
  'node_modules/h3/package.json': '{ "name": "h3", "exports": "./index.mjs" }',
  'node_modules/h3/index.mjs': 'export const h3 = 1',
  'node_modules/nitropack/package.json': '{ "name": "nitropack", "exports": { ".": "./index.mjs", "./runtime": "./runtime/index.mjs" } }',
  'node_modules/nitropack/index.mjs': 'export const nitro = 1',
  'node_modules/nitropack/runtime/index.mjs': 'export const runtime = 1',
}

const folders = ['server', 'shared', 'pages', 'components', 'composables', 'sandbox', 'scripts']
const tree = mkdtempSync(join(tmpdir(), 'boundaries-'))
let violations: string[]

beforeAll(() => {
  mkdirSync(join(tree, '.nuxt'))
  for (const file of ['.dependency-cruiser.cjs', '.nuxt/tsconfig.json', '.nuxt/imports.d.ts']) cpSync(join(root, file), join(tree, file))
  for (const [path, text] of Object.entries({ ...packages, ...good, ...Object.assign({}, ...Object.values(bad).map(({ files }) => files)) as Record<string, string> })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
  }
  const { summary } = cruiseTree(tree, folders)
  violations = summary.violations.map(({ from, rule }) => `${from} ${rule.name}`)
})
afterAll(() => rmSync(tree, { recursive: true, force: true }))

describe('the boundaries', () => {
  it.each(Object.entries(bad))('when %s, then that is an error', (_, { files, breaks }) => {
    const found = violations.filter(violation => violation.split(' ')[0]! in files)
    expect([...new Set(found)].toSorted()).toEqual(breaks.toSorted())
  })

  it('when everything goes through the doors, then nothing is an error', () => {
    expect(violations.filter(violation => violation.split(' ')[0]! in good)).toEqual([])
  })

  it('have no rule without an import that breaks it', () => {
    const broken = new Set(Object.values(bad).flatMap(({ breaks }) => breaks.map(violation => violation.split(' ')[1])))
    expect(config.forbidden.map(rule => rule.name).toSorted()).toEqual([...broken].toSorted())
  })

  it('are kept by the real tree, which was really looked at', () => {
    const { summary, modules } = cruiseTree(root, [...folders, 'layouts'])
    expect(summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual([])
    const own = modules.filter(({ source, matchesDoNotFollow }) => !matchesDoNotFollow && !source.includes('node_modules') && folders.some(folder => source.startsWith(`${folder}/`)))
    expect(own.length).toBeGreaterThanOrEqual(150)
    for (const folder of folders) expect(own.some(({ source }) => source.startsWith(`${folder}/`)), folder).toBe(true)
    expect(own.some(({ source, dependencies }) => source.endsWith('.vue') && dependencies.length > 0)).toBe(true)
  })

  it('name the same domains as Nuxt does', () => {
    const scanned = /domains = \[(.*)\]/.exec(read('nuxt.config.ts'))![1]!.match(/\w+/g)
    const ruled = /domains = '(.*)'/.exec(read('.dependency-cruiser.cjs'))![1]!.split('|')
    expect(ruled.toSorted()).toEqual(scanned!.toSorted())
  })

  it('are asked by npm run lint', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    expect(scripts.lint).toContain('depcruise --config .dependency-cruiser.cjs')
    for (const folder of folders) expect(scripts.lint).toMatch(new RegExp(`depcruise[^&]* ${folder}\\b`))
  })
})
