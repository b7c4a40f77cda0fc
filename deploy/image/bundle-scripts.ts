// Writes what the image runs beside the app into dist/bin, one file a script with all that it imports: no second tree of
// packages is installed for them. Only sharp stays outside, since it brings a library; the app has it already.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const scripts = {
  'start': 'deploy/image/start.ts',
  'migrate': 'scripts/migrate.ts',
  'seed': 'scripts/seed.ts',
  'prepare-database': 'deploy/image/prepare-database.ts',
  'sandbox': 'sandbox/server.ts',
  'edge-agent': 'deploy/edge/agent.ts',
}

const { metafile } = await build({
  entryPoints: Object.fromEntries(Object.entries(scripts).filter(([, path]) => existsSync(path))),
  outdir: 'dist/bin',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  external: ['sharp', 'pg-native', './migrate.mjs', './seed.mjs', '../.output/server/index.mjs'],
  // Packages of the older kind call require, which a module does not have.
  banner: { js: 'import { createRequire } from \'node:module\'; const require = createRequire(import.meta.url);' },
  metafile: true,
  logLevel: 'warning',
})

mkdirSync('dist', { recursive: true })
writeFileSync('dist/bundled.json', JSON.stringify(Object.keys(metafile.inputs)))
