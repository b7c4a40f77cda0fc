import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, createNitro, prepare } from 'nitropack'

/**
 * Builds a Nitro app of two routes that answer JSON: `/list` the given one, `/small` a few bytes. It is built apart from the
 * shop, with the same Nitro, so that the shop needs no route that only a measurement uses.
 * @returns the file to run
 */
export async function buildPlainNitro(dir: string, list: string): Promise<string> {
  await writeFile(join(dir, 'list.json'), list)
  await writeFile(join(dir, 'list.mjs'), 'import { eventHandler } from \'h3\'\nimport list from \'./list.json\'\nexport default eventHandler(() => list)\n')
  await writeFile(join(dir, 'small.mjs'), 'import { eventHandler } from \'h3\'\nexport default eventHandler(() => ({ status: \'pass\' }))\n')
  const nitro = await createNitro({
    rootDir: dir,
    preset: 'node-server',
    compatibilityDate: '2026-11-01',
    logLevel: 1,
    imports: false,
    nodeModulesDirs: [join(import.meta.dirname, '../../node_modules')],
    handlers: [{ route: '/list', handler: join(dir, 'list.mjs') }, { route: '/small', handler: join(dir, 'small.mjs') }],
  })
  await prepare(nitro)
  await build(nitro)
  await nitro.close()
  return join(dir, '.output/server/index.mjs')
}
