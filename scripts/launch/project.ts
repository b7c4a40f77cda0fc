import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's own folder, without a slash at the end. */
export const projectDir = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** All that a demo keeps: databases, secrets, logs. Nothing in it is under version control. */
export const dataDir = join(projectDir, '.data')

/** A program below node_modules, to be run by the same Node as this one. */
export const tools = {
  nuxt: join(projectDir, 'node_modules/nuxt/bin/nuxt.mjs'),
  vitest: join(projectDir, 'node_modules/vitest/vitest.mjs'),
}

/** The environment for our own programs: whatever they start finds the project's Node and tools first. */
export function projectEnv(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...env, PATH: [join(projectDir, 'node_modules/.bin'), env.PATH].join(delimiter) }
}
