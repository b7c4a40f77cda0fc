// What a test file needs of the machine, read off its imports: the module that drives a program stands for the program.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { TestProject } from '../../tests/projects.ts'
import { projectDir } from '../launch/project.ts'

/** `types` is what `nuxt prepare` writes, `build` the built server; the others are programs that npm cannot bring. */
export type Need = 'types' | 'build' | 'redis' | 'nginx' | 'chromium' | 'promtool' | 'java'

const standsFor: Record<string, Need> = {
  'tests/harness/stack.ts': 'build',
  'tests/harness/one-process.ts': 'build',
  'tests/harness/demo-copy.ts': 'build',
  'scripts/launch/redis.ts': 'redis',
  'scripts/launch/nginx.ts': 'nginx',
  'scripts/launch/chromium.ts': 'chromium',
  'tests/harness/promtool.ts': 'promtool',
  'tests/harness/html-checker.ts': 'java',
}

/** Everything that these files need, and what their projects share. */
export function needsOf(projects: readonly Pick<TestProject, 'files' | 'shares'>[]): Set<Need> {
  const setups = projects.flatMap(({ files, shares }) => shares && files.length > 0 ? [`tests/setup/${shares}.ts`] : [])
  const found = withImports([...projects.flatMap(({ files }) => files), ...setups])
  return new Set<Need>(['types', ...[...found].flatMap(file => standsFor[file] ?? [])])
}

/** Those of the files that import this one, however far away. */
export function importing(module: string, files: readonly string[]): string[] {
  return files.filter(file => withImports([file]).has(module))
}

/** These files and every file of ours that they import, however far away. Paths from the top of the repository. */
function withImports(files: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const waiting = [...files]
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    waiting.push(...importsOf(file))
  }
  return seen
}

const imported = /(?:\bfrom|\bimport\(?)\s*'(\.{1,2}\/[^']+\.ts)'/g

function importsOf(file: string): string[] {
  const text = readFileSync(join(projectDir, file), 'utf8').replaceAll(/^import type .*$/gm, '')
  return [...text.matchAll(imported)]
    .map(([, path]) => relative(projectDir, join(projectDir, dirname(file), path!)).replaceAll('\\', '/'))
    .filter(path => existsSync(join(projectDir, path)))
}
