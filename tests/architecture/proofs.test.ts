import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cellText, type Page, pages as visited, rows as faults } from '../fault/matrix/cells.ts'
import { filesBelow, read, root } from './source-files.ts'

const document = read('docs/proofs.md')
const table = document.slice(document.indexOf('| pattern |')).split('\n\n')[0]!.split('\n').slice(2).filter(Boolean)
const rows = table.map((line) => {
  const [, slug, name, claim, test, withIt, without, fails] = /^\| \[[^\]]+\]\(patterns\/([a-z-]+)\.md\)(?:: ([^|]+?))? \| (.+?) \| `(.+?)` \| (.+?) \| (.+?) \| (yes|no) \|$/.exec(line) ?? []
  return { line, slug, name: name?.replaceAll(' ', '-') ?? null, claim, test, withIt, without, fails }
})
const pages = filesBelow('docs/patterns', '.md').map(file => file.slice('docs/patterns/'.length, -'.md'.length))

/** Each `proof({ pattern, name })` of a test file. */
const proofsIn = (test: string) => [...read(test).matchAll(/\bproof(?:<\w+>)?\(\{\s*pattern: '([a-z-]+)',(?:\s*name: '([a-z-]+)',)?/g)].map(match => ({ slug: match[1]!, name: match[2] ?? null }))

describe('docs/proofs.md', () => {
  it('has rows that can be read, and one at least for each pattern', () => {
    expect(rows.filter(row => !row.slug).map(row => row.line)).toEqual([])
    expect([...new Set(rows.map(row => row.slug))].toSorted()).toEqual(pages.toSorted())
  })

  it('names tests that are there', () => {
    expect(rows.filter(row => !existsSync(join(root, row.test!))).map(row => row.test)).toEqual([])
  })

  it('says "yes" only where that test takes that pattern out, with nothing wrong with it and something wrong without it', () => {
    const claimed = rows.filter(row => row.fails === 'yes')
    expect(claimed.length).toBeGreaterThanOrEqual(20)
    for (const { slug, name, test, withIt, without } of claimed) {
      expect(proofsIn(test!), `${slug} in ${test}`).toContainEqual({ slug, name })
      expect(withIt, slug).toMatch(/^0 wrong/)
      expect(without, slug).toMatch(/^[1-9]\d* wrong/)
    }
  })

  it('leaves no proof of a test out', () => {
    const all = filesBelow('tests', '.test.ts').filter(test => !test.startsWith('tests/architecture/')).flatMap(test => proofsIn(test).map(one => ({ ...one, test })))
    expect(all.length).toBeGreaterThanOrEqual(20)
    for (const { slug, name, test } of all) expect(rows.map(row => ({ slug: row.slug, name: row.name, test: row.test }))).toContainEqual({ slug, name, test })
  })

  it('is linked from the README', () => expect(read('README.md')).toContain('](docs/proofs.md)'))
})

describe('the matrix of faults and pages', () => {
  const lines = document.slice(document.indexOf('\n| broken | how |') + 1).split('\n\n')[0]!.trim().split('\n')
  const cellsOf = (line: string) => line.split('|').slice(1, -1).map(cell => cell.trim())
  const shown = lines.slice(2).map(cellsOf)

  it('has a column for each page, and sixty cells at least', () => {
    expect(cellsOf(lines[0]!)).toEqual(['broken', 'how', ...Object.values(visited).map(({ title }) => title)])
    expect(shown.flatMap(row => row.slice(2)).filter(Boolean).length).toBeGreaterThanOrEqual(60)
  })

  it('shows what the test demands, in each cell and in no other', () => {
    const demanded = faults.map(row => [row.broken, row.fault, ...(Object.keys(visited) as Page[]).map(page => cellText(row, page))])
    expect(shown.toSorted()).toEqual(demanded.toSorted())
  })

  it('breaks each thing that the shop needs, by each way of breaking', () => {
    const ways = (broken: string) => faults.filter(row => row.broken === broken).map(row => row.fault as string)
    for (const broken of ['primary', 'replica', 'cache', 'recommendations', 'gateway']) expect(ways(broken), broken).toEqual(expect.arrayContaining(['down', 'hung', 'slow', 'flapping', 'garbage']))
    for (const broken of ['queue', 'carrier', 'mail']) expect(ways(broken), broken).toEqual(expect.arrayContaining(['down', 'hung', 'garbage']))
  })
})

describe('the naive variants', () => {
  it('are each used by a test', () => {
    const tests = filesBelow('tests', '.test.ts').map(read)
    const unused = filesBelow('tests/naive', '.ts').map(file => file.slice('tests/'.length)).filter(file => !tests.some(text => text.includes(`'../${file}'`)))
    expect(unused).toEqual([])
  })
})
