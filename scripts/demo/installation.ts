// What a demo keeps between runs: random secrets of this installation, and a lock on the folder that holds it all.
import { randomInt } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { takeLock } from '../launch/lock.ts'
import { removePostgresCluster } from '../launch/postgres.ts'
import { dataDir } from '../launch/project.ts'
import { randomSecret, secretFile } from '../launch/secret-file.ts'

export interface DemoSecrets {
  shopperEmail: string
  shopperPassword: string
  adminEmail: string
  adminPassword: string
  stripeSecretKey: string
  stripeWebhookSecret: string
}

/**
 * Claims .data for this process, and empties it when asked to start over.
 * @returns what gives it back
 * @throws when another demo runs on it
 */
export function claimDataFolder(reset: boolean): () => void {
  const unlock = takeLock(join(dataDir, 'demo.lock'), 'This project\'s demo')
  if (reset) {
    removePostgresCluster(join(dataDir, 'postgres'))
    for (const name of readdirSync(dataDir)) {
      if (name !== 'demo.lock') rmSync(join(dataDir, name), { recursive: true, force: true })
    }
  }
  mkdirSync(join(dataDir, 'logs'), { recursive: true })
  return unlock
}

/** The same at every start, until `--reset`. */
export function readSecrets(): DemoSecrets {
  return secretFile<DemoSecrets>(join(dataDir, 'secrets.json'), () => ({
    shopperEmail: 'shopper@monolith.example',
    shopperPassword: typablePassword(),
    adminEmail: 'admin@monolith.example',
    adminPassword: typablePassword(),
    stripeSecretKey: `sk_test_sandbox_${randomSecret()}`,
    stripeWebhookSecret: `whsec_${randomSecret()}`,
  }))
}

/** Sixty bits that people can type: no letter that looks like a digit. */
function typablePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const group = (): string => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return [group(), group(), group()].join('-')
}
