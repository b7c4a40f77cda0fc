// Writes what the image consists of into dist/licences: a bill of materials in SPDX, and the licence of each package. Packages
// are found where they went: traced beside the server, inside of its chunks, inside of the bundled scripts; what only the
// browser gets is in package.json.
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

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

const manifest = (folder: string) => JSON.parse(read(join(folder, 'package.json'))) as { license?: string, version: string, name: string }
const { packages: locked } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version?: string, integrity?: string }> }
const integrity = new Map(Object.entries(locked).map(([path, one]) => [`${path.split('node_modules/').at(-1)}@${one.version}`, one.integrity]))
const root = manifest('.')
const idOf = (id: string) => `SPDXRef-Package-${id.replaceAll(/[^\w.-]+/g, '-')}`
const described = [[`${root.name}@${root.version}`, '.'] as const, ...shipped].map(([id, folder]) => {
  const { name, version, license } = manifest(folder)
  const [, hash] = /^sha512-(.+)$/.exec(integrity.get(id) ?? '') ?? []
  return {
    SPDXID: idOf(id),
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseDeclared: license ?? 'NOASSERTION',
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: `pkg:npm/${name.replace('@', '%40')}@${version}` }],
    ...(hash && { checksums: [{ algorithm: 'SHA512', checksumValue: Buffer.from(hash, 'base64').toString('hex') }] }),
  }
})
const sbom = {
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  SPDXID: 'SPDXRef-DOCUMENT',
  name: `${root.name}@${root.version}`,
  documentNamespace: `https://monolith.example/spdx/${root.name}-${root.version}-${randomUUID()}`,
  creationInfo: { created: new Date().toISOString().replace(/\.\d+/, ''), creators: ['Tool: deploy/image/list-packages.ts'] },
  packages: described,
  relationships: described.map(({ SPDXID }, place) => place === 0
    ? { spdxElementId: 'SPDXRef-DOCUMENT', relatedSpdxElement: SPDXID, relationshipType: 'DESCRIBES' }
    : { spdxElementId: described[0]!.SPDXID, relatedSpdxElement: SPDXID, relationshipType: 'CONTAINS' }),
}

mkdirSync('dist/licences', { recursive: true })
const texts = [...shipped].toSorted(([a], [b]) => a.localeCompare(b, 'en')).map(([id, folder]) => {
  const { license } = manifest(folder)
  const original = join('node_modules', ...folder.split('node_modules/').slice(-1))
  const at = [folder, original].filter(one => existsSync(one)).flatMap(one => readdirSync(one).filter(name => /^(?:licen[cs]e|copying|notice|ofl)/i.test(name)).map(name => join(one, name)))
  return `${'='.repeat(100)}\n${id}: ${license ?? 'see the text'}\n\n${at[0] ? read(at[0]).trim() : 'The package brings no text; its licence is the one named above.'}\n`
})
writeFileSync('dist/licences/packages.spdx.json', `${JSON.stringify(sbom, null, 1)}\n`)
writeFileSync('dist/licences/licences.txt', texts.join('\n'))
console.log(`${shipped.size} packages in the image`)
