// Programs of npm that are no part of the shop: each has a lockfile of its own, and is installed when it is first wanted.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectDir } from '../launch/project.ts'
import { runProgram } from './run-program.ts'

type Tool = 'html-checker' | 'lighthouse'

/** The folder that a tool is installed in. */
export const toolDir = (name: Tool) => join(projectDir, 'node_modules/.cache/tools', name)

/** Installs a tool as its lockfile has it, unless it is there. No script of its packages runs: some would download more. */
export async function installTool(name: Tool): Promise<void> {
  const [from, to] = [join(projectDir, 'scripts/tools', name), toolDir(name)]
  const read = (folder: string) => readFileSync(join(folder, 'package-lock.json'), 'utf8')
  if (existsSync(join(to, 'node_modules/.package-lock.json')) && read(to) === read(from)) return
  mkdirSync(to, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(from, file), join(to, file))
  const install = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', to]
  if (await runProgram('npm', install) !== 0) throw new Error(`${name} is not there. Install it with: npm ${install.join(' ')}`)
}
