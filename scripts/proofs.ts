// Writes docs/proofs.md from what the last tests left in test-results: a row for each pattern, with the figures of the shop's
// code and of code without the pattern, and the matrix of faults and pages.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir } from './launch/project.ts'
import { type MatrixFile, matrixSection } from './proofs/matrix-section.ts'

type Figures = Record<string, number | string>
interface PatternProof { pattern: string, name: string | null, claim: string, test: string, real: Figures, naive: Figures }
interface WholeShopProof { proof: 'chaos' | 'compose' | 'flash-sale' | 'overload', figures: Figures }
interface Row { title: string, slug: string, name: string, claim: string, test: string, withIt: string, without: string, fails: 'yes' | 'no' }

const read = (path: string) => readFileSync(join(projectDir, path), 'utf8')
const filesIn = (folder: string, ends: string) => (existsSync(join(projectDir, folder)) ? readdirSync(join(projectDir, folder), { encoding: 'utf8' }) : []).filter(name => name.endsWith(ends)).toSorted()

const left = filesIn('test-results/proofs', '.json').map(name => JSON.parse(read(`test-results/proofs/${name}`)) as PatternProof | WholeShopProof)
const proofs = left.filter(one => 'pattern' in one)
const wholeShop = left.filter(one => 'proof' in one)

/** One word in camel case as several; what is several already stays. */
const spaced = (name: string) => /\W/.test(name) ? name : name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
/** As `held 2`; pence as pounds. */
function figure([name, value]: [string, number | string]): string {
  if (typeof value === 'number' && name.endsWith('Minor')) return `${spaced(name.slice(0, -'Minor'.length))} £${(value / 100).toFixed(2)}`
  return `${spaced(name)} ${typeof value === 'number' ? value.toLocaleString('en-GB') : value}`
}
function figuresOf({ violations, ...others }: Figures): string {
  return [`${violations} wrong`, ...Object.entries(others).map(figure)].join(', ')
}

/** What a page says, for a pattern that no test takes out. */
function rowOfPage(slug: string, title: string, page: string): Row {
  const prevents = /^## What it prevents\n+([\s\S]*?)\n\n/m.exec(page)?.[1]?.replaceAll('\n', ' ') ?? ''
  const test = /`(tests\/[\w/-]+\.test\.ts)`/.exec(page.slice(page.indexOf('## Proof')))?.[1]
  if (!test) throw new Error(`docs/patterns/${slug}.md names no test`)
  return { title, slug, name: '', claim: `Prevents: ${prevents}`, test, withIt: 'holds', without: 'not tried', fails: 'no' }
}

const rows = filesIn('docs/patterns', '.md').flatMap((file): Row[] => {
  const slug = file.slice(0, -'.md'.length)
  const page = read(`docs/patterns/${file}`)
  const title = /^# (.+)$/m.exec(page)![1]!
  const own = proofs.filter(proof => proof.pattern === slug)
  if (own.length === 0) return [rowOfPage(slug, title, page)]
  return own.map(({ name, claim, test, real, naive }) => ({ title, slug, name: name ?? '', claim, test, withIt: figuresOf(real), without: figuresOf(naive), fails: 'yes' }))
}).toSorted((a, b) => a.title.localeCompare(b.title, 'en') || a.name.localeCompare(b.name, 'en'))

/** Tests that say that they take a pattern out and have left no figures would vanish from the table in silence. */
const missing = readdirSync(join(projectDir, 'tests'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.test.ts') && !name.startsWith('architecture')).flatMap((file) => {
  const text = read(`tests/${file}`)
  if (!/\bproof(?:<\w+>)?\(\{/.test(text)) return []
  return [...text.matchAll(/\bpattern: '([a-z-]+)'(?:,\s*name: '([a-z-]+)')?/g)].filter(([, slug, name]) => !proofs.some(proof => proof.pattern === slug && (proof.name ?? undefined) === name)).map(match => `${match[1]!} of tests/${file}`)
})
if (!existsSync(join(projectDir, 'test-results/matrix.json'))) missing.push('the matrix of tests/fault/matrix.test.ts')
if (missing.length > 0) {
  console.error(`No figures of ${missing.join(', ')}. Run npm test -- tests/fault first.`)
  process.exit(1)
}

const testOf = { 'chaos': 'tests/fault/chaos.test.ts', 'compose': 'tests/compose/outages.test.ts', 'flash-sale': 'tests/fault/flash-sale.test.ts', 'overload': 'tests/fault/overload.test.ts' } as const
const titleOf = { 'chaos': 'Chaos', 'compose': 'Docker compose', 'flash-sale': 'Flash sale', 'overload': 'Overload' } as const
const whole = wholeShop.length === 0
  ? ''
  : `
## The whole shop

| proof | test | figures |
| --- | --- | --- |
${wholeShop.map(({ proof, figures }) => `| ${titleOf[proof]} | \`${testOf[proof]}\` | ${Object.entries(figures).map(figure).join(', ')} |`).join('\n')}
`

writeFileSync(join(projectDir, 'docs/proofs.md'), `# The proofs

Each check runs twice: on the shop's own code, and on a naive variant in \`tests/naive/\` that lacks the pattern. With the pattern nothing may be
wrong; without it something must be, or the check would prove nothing. Rivals meet at named moments, \`server/platform/race-points.ts\`, so that
neither outcome is luck. What the races are stands in \`tests/fault/\`, in the files that begin with races.

The figures are of one run, on 2 shared cores with Node 24. \`npm test\` measures them, \`npm run docs:proofs\` writes this page.

| pattern | claim | test | with the pattern | without it | fails without it |
| --- | --- | --- | --- | --- | --- |
${rows.map(row => `| [${row.title}](patterns/${row.slug}.md)${row.name ? `: ${row.name.replaceAll('-', ' ')}` : ''} | ${row.claim} | \`${row.test}\` | ${row.withIt} | ${row.without} | ${row.fails} |`).join('\n')}
${whole}${matrixSection(JSON.parse(read('test-results/matrix.json')) as MatrixFile)}`)
console.log(`docs/proofs.md: ${rows.length} rows, ${rows.filter(row => row.fails === 'yes').length} of them with the pattern taken out`)
