import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A random word that is safe in a URL, a connection string and a shell: 144 bits. */
export function randomSecret(): string {
  return randomBytes(18).toString('base64url').replaceAll('-', 'x').replaceAll('_', 'y')
}

/**
 * Reads a JSON file of secrets, or makes it once per installation. Only its owner can read it, and a crash leaves
 * either the whole file or none. Keys that a newer version knows and the file doesn't are added.
 */
export function secretFile<T extends object>(file: string, fresh: () => T): T {
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Partial<T> : {}
  const secrets = { ...fresh(), ...known }
  writeSecretFile(file, secrets)
  return secrets
}

/** Writes the file in one step, readable by its owner alone. */
export function writeSecretFile(file: string, content: object): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
}
