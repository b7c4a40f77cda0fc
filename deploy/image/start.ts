// Starts the app in its image: lays this build's hashed assets beside those of the builds before it, then becomes the server.
import { hostname } from 'node:os'
import { keepAssets } from '../edge/keep-assets.ts'

const { ASSETS_DIR, APP_ROLE } = process.env
// Process ids are alike in containers; their names are not.
process.env.INSTANCE_ID ||= `${APP_ROLE ?? 'all'}-${hostname()}`
if (ASSETS_DIR) {
  try {
    keepAssets('/app/.output/public', ASSETS_DIR)
  }
  catch (error) {
    // The app serves its own assets all the same.
    process.stderr.write(`The assets could not be kept in ${ASSETS_DIR}: ${error instanceof Error ? error.message : String(error)}\n`)
  }
}
const server = '../.output/server/index.mjs'
await import(server)
