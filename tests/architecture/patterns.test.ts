import { describe, expect, it } from 'vitest'
import { filesBelow, read } from './source-files.ts'

/** Every pattern with the files that embody it. */
const named = new Map<string, string[]>()
for (const folder of ['server', 'shared', 'scripts', 'sandbox', 'composables', 'components', 'deploy']) {
  for (const file of filesBelow(folder).filter(one => /\.(?:ts|vue|template)$/.test(one))) {
    for (const [, slug] of read(file).matchAll(/@pattern ([a-z0-9-]+)/g)) named.set(slug!, [...(named.get(slug!) ?? []), file])
  }
}
const pages = filesBelow('docs/patterns', '.md').map(file => file.slice('docs/patterns/'.length, -'.md'.length))
const sections = ['The problem', 'What it prevents', 'What is guaranteed', 'How it works here', 'See it', 'Proof', 'Sources']

describe('patterns', () => {
  it('are found', () => expect(named.size).toBeGreaterThanOrEqual(16))

  it('that a file names have a page, and no page is about nothing', () => {
    expect(pages.toSorted()).toEqual([...named.keys()].toSorted())
  })

  it.each(pages)('%s: its page has every section, names its files, and a test that exists', (slug) => {
    const text = read(`docs/patterns/${slug}.md`)
    expect([...text.matchAll(/^## (.+)$/gm)].map(match => match[1])).toEqual(sections)
    for (const file of named.get(slug) ?? []) expect(text, file).toContain(`\`${file}\``)
    const proof = text.slice(text.indexOf('## Proof'), text.indexOf('## Sources'))
    expect(proof).toMatch(/`tests\/[\w/-]+\.test\.ts`/)
    expect(text.slice(text.indexOf('## Sources')).split('\n').some(line => line.startsWith('- '))).toBe(true)
  })

  it.each(pages)('%s: what a file that embodies it opens with says what it prevents or guarantees', (slug) => {
    const openings = (named.get(slug) ?? []).map(file => read(file).split('*/')[0]!)
    expect(openings.some(opening => opening.split('\n').length >= 3)).toBe(true)
  })

  it('are all in the README\'s index', () => {
    const readme = read('README.md')
    expect(pages.filter(slug => !readme.includes(`docs/patterns/${slug}.md`))).toEqual([])
  })
})

describe('decisions', () => {
  const decisions = filesBelow('docs/decisions', '.md')

  it('are written down', () => expect(decisions.length).toBeGreaterThanOrEqual(11))

  it.each(decisions)('%s says why, what else was possible, and when to think again', (file) => {
    expect([...read(file).matchAll(/^## (.+)$/gm)].map(match => match[1])).toEqual(['Context', 'Decision', 'Rejected', 'Consequences', 'Revisit when'])
  })
})
