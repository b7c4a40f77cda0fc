import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { withFreshnessTable } from '../../scripts/freshness.ts'
import { filesBelow, read, root } from './source-files.ts'

const top = readdirSync(root).filter(name => !['node_modules', '.git', '.nuxt', '.output', '.data', 'test-results'].includes(name))
const documents = [...(existsSync(join(root, 'README.md')) ? ['README.md'] : []), ...filesBelow('docs', '.md')]
const folders = ['server', 'shared', 'scripts', 'sandbox', 'tests', 'drizzle', 'docs', 'pages', 'components', 'composables', 'layouts', 'middleware', 'deploy', 'bench', 'browser', 'design', 'assets', 'public'].filter(folder => top.includes(folder))
const sourceFiles = folders.flatMap(folder => filesBelow(folder)).filter(file => /\.(?:ts|vue|mjs|cjs|sql|json|ya?ml|conf|sh)$/.test(file))
const fileNames = new Set([...top, ...sourceFiles.map(file => basename(file))])

/** Every word of every source, so that a symbol that was renamed is missed. Neither documents nor this file vouch for a name. */
const words = new Set([...sourceFiles.filter(file => file !== 'tests/architecture/docs.test.ts'), ...top.filter(name => /\.(?:ts|mjs|cjs|json|ya?ml)$|^\.env\.example$|^Dockerfile$/.test(name))]
  .flatMap(file => read(file).match(/[A-Za-z_$][\w$]*/g) ?? []))
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

const isPath = (token: string) => /^[\w.@[\]-]+(?:\/[\w.@[\]-]+)+\/?$/.test(token) && folders.includes(token.split('/')[0]!)
const isFileName = (token: string) => /^\.?[\w-]+(?:\.[\w-]+)*\.(?:ts|vue|mjs|cjs|sql|json|md|ya?ml)$/.test(token)
/** camelCase, PascalCase, snake_case, or anything that is called. A plain lower-case word is just a word. */
const symbolOf = (token: string) => /^([A-Za-z_$][\w$]*)\(\)$/.exec(token)?.[1] ?? /^(?=\w*(?:[a-z][A-Z]|_))([A-Za-z_$][\w$]*)$/.exec(token)?.[1]

/** What is wrong with one token in backticks; nothing when it claims nothing or is right. */
function mistakeIn(token: string): string | null {
  if (isPath(token)) return existsSync(join(root, token)) ? null : `${token} is not there`
  if (isFileName(token)) return fileNames.has(token) ? null : `no file is called ${token}`
  const symbol = symbolOf(token)
  return !symbol || words.has(symbol) ? null : `nothing is called ${symbol}`
}

const tokensOf = (text: string) => [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(match => match[1]!)

describe('a document', () => {
  it('is looked at', () => {
    expect(documents).toContain('README.md')
    expect(documents.length).toBeGreaterThanOrEqual(28)
    expect(documents.flatMap(file => tokensOf(read(file))).filter(token => isPath(token) || isFileName(token) || symbolOf(token)).length).toBeGreaterThan(200)
  })

  it.each(documents)('%s names only paths, files and symbols that are there', (file) => {
    expect([...new Set(tokensOf(read(file)))].map(mistakeIn).filter(mistake => mistake !== null)).toEqual([])
  })

  it.each(documents)('%s names only npm commands that are there', (file) => {
    const commands = [...read(file).matchAll(/npm run ([\w:-]+)/g)].map(match => match[1]!)
    expect(commands.filter(command => !(command in scripts))).toEqual([])
    if (/\bnpm (?:test|t)\b/.test(read(file))) expect(scripts).toHaveProperty('test')
  })

  it.each(documents)('%s names only paths that are there in its commands', (file) => {
    const paths = [...read(file).matchAll(/(?:^|[\s=])((?:server|shared|scripts|sandbox|tests|docs|deploy|drizzle)\/[\w./[\]-]*\w)/gm)].map(match => match[1]!)
    expect(paths.filter(path => !existsSync(join(root, path)))).toEqual([])
  })

  it.each(documents)('%s links only to what is there', (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)].map(match => normalize(join(dirname(file), decodeURIComponent(match[1]!))))
    expect(links.filter(link => !existsSync(join(root, link)))).toEqual([])
  })
})

describe('the check itself', () => {
  it.each(['server/orders/no-such.ts', 'tests/nothing/', 'no-such-file.ts', 'noSuchSymbolAnywhere', 'nosuchfunction()', 'NO_SUCH_VARIABLE', 'no_such_column'])('finds %s', token => expect(mistakeIn(token)).not.toBeNull())
  it.each(['server/orders/index.ts', 'tests/unit/', 'package.json', 'index.ts', 'placeOrder', 'consume()', 'DATABASE_URL', 'hold_stock', 'pending', '/api/products/{slug}', 'text/html', 'Retry-After'])('passes %s', token => expect(mistakeIn(token)).toBeNull())
})

test('the table of freshness is the one that the code has; npm run docs:freshness writes it', () => {
  const page = read('docs/patterns/layered-cache.md')
  expect(page).toBe(withFreshnessTable(page))
  expect(page).toContain('| `/products/:slug` |')
})
