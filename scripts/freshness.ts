// Writes the table of freshness into docs/patterns/layered-cache.md, as server/platform/cache/freshness.ts has it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshness } from '../server/platform/cache/freshness.ts'
import { projectDir } from './launch/project.ts'

const page = join(projectDir, 'docs/patterns/layered-cache.md')
const between = /(<!-- freshness:start -->\n)[\s\S]*?(<!-- freshness:end -->)/

const seconds = (fresh: number, stale: number) => (fresh === 0 && stale === 0 ? '·' : stale > 0 ? `${fresh} + ${stale} s` : `${fresh} s`)

/** The page with its table as the code has it now: fresh + stale in seconds. */
export function withFreshnessTable(text: string): string {
  const rows = Object.values(freshness).map(row => `| \`${row.route}\` | ${seconds(row.processS, 0)} | ${seconds(row.sharedS, row.sharedStaleS)} | ${seconds(row.edgeS, row.edgeStaleS)} | ${row.edgeErrorS} s | ${seconds(row.browserS, 0)} | ${row.clearedBy.map(tag => `\`${tag}\``).join(', ') || '·'} |`)
  const table = ['| route | process | Redis | edge | edge, while we fail | browser, unasked | cleared by |', '| --- | --- | --- | --- | --- | --- | --- |', ...rows, '| everything else | · | · | · | · | · | `private, no-store` |']
  return text.replace(between, (_, start: string, end: string) => `${start}${table.join('\n')}\n${end}`)
}

if (import.meta.main) writeFileSync(page, withFreshnessTable(readFileSync(page, 'utf8')))
