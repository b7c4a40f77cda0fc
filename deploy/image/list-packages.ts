// Writes what the image consists of into dist/licences: a bill of materials in SPDX, and the licence of each package. Packages
// are found where they went: traced beside the server, inside of its chunks, inside of the bundled scripts; what only the
// browser gets is in package.json.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface SpdxPackage { SPDXID: string, name: string, versionInfo: string, licenseDeclared?: string }
interface Spdx { packages: SpdxPackage[], relationships: { spdxElementId: string, relatedSpdxElement: string }[] }

const read = (path: string) => readFileSync(path, 'utf8')
const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name))

/** The folder of the package that a path inside of node_modules belongs to. */
function packageFolder(path: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/|$)/.exec(path)?.[0]
}

const inChunks = filesBelow('.output/server').filter(file => file.endsWith('.map') && !file.includes('/node_modules/'))
  .flatMap(file => (JSON.parse(read(file)) as { sources: string[] }).sources)
const inScripts = JSON.parse(read('dist/bundled.json')) as string[]
const traced = filesBelow('.output/server/node_modules')
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
const named = Object.keys(dependencies).map(name => `node_modules/${name}`)

const shipped = new Map<string, string>()
for (const path of [...inChunks, ...inScripts, ...traced, ...named]) {
  const found = packageFolder(path.replace(/^(?:\.\.?\/)+/, ''))?.replace(/^\.output\/server\//, '')
  const folder = found && [found, `.output/server/${found}`].find(one => existsSync(join(one, 'package.json')))
  if (!folder) continue
  const { name, version } = JSON.parse(read(join(folder, 'package.json'))) as { name?: string, version?: string }
  if (name && version) shipped.set(`${name}@${version}`, folder)
}

const sbom = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'spdx', '--package-lock-only'], { encoding: 'utf8', maxBuffer: 64e6 })) as Spdx
const root = sbom.packages[0]!
sbom.packages = sbom.packages.filter(one => one === root || shipped.has(`${one.name}@${one.versionInfo}`))
const kept = new Set(['SPDXRef-DOCUMENT', ...sbom.packages.map(one => one.SPDXID)])
sbom.relationships = sbom.relationships.filter(one => kept.has(one.spdxElementId) && kept.has(one.relatedSpdxElement))

mkdirSync('dist/licences', { recursive: true })
const texts = [...shipped].toSorted(([a], [b]) => a.localeCompare(b, 'en')).map(([id, folder]) => {
  const { license } = JSON.parse(read(join(folder, 'package.json'))) as { license?: string }
  const original = join('node_modules', ...folder.split('node_modules/').slice(-1))
  const at = [folder, original].filter(one => existsSync(one)).flatMap(one => readdirSync(one).filter(name => /^(?:licen[cs]e|copying|notice|ofl)/i.test(name)).map(name => join(one, name)))
  return `${'='.repeat(100)}\n${id}: ${license ?? 'see the text'}\n\n${at[0] ? read(at[0]).trim() : 'The package brings no text; its licence is the one named above.'}\n`
})
writeFileSync('dist/licences/packages.spdx.json', `${JSON.stringify(sbom, null, 1)}\n`)
writeFileSync('dist/licences/licences.txt', texts.join('\n'))
console.log(`${shipped.size} packages in the image, ${sbom.packages.length - 1} of them in the bill of materials`)
