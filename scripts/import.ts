// Puts a Shopify product export into the shop's catalogue. The same file may be imported again, and after an interruption.
import { createReadStream, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from '../server/platform/db/database.ts'
import { fetchPictures, importProducts, UnreadableFile } from '../server/products/index.ts'
import { findDatabase } from './import/database-url.ts'
import { showProgress } from './import/progress.ts'
import { openReport } from './import/report.ts'
import { dataDir as demoDataDir } from './launch/project.ts'

const usage = `npm run import -- [options] FILE.csv     imports a Shopify product export

  --skip-pictures   don't fetch the pictures that the file names
  --help

Rows that cannot be used are left out, listed with line and reason in import-report.csv below DATA_DIR (.data).
DATABASE_URL says where the shop's database is; without it, that of the running demo is used.
Ends with 0 when the file was read to its end, with 1 when it was not, with 2 when called in another way.`

async function run(file: string, withPictures: boolean): Promise<number> {
  const totalBytes = statSync(file).size
  const database = openDatabase({ primaryUrl: await findDatabase(), poolMax: 2, replicaMaxLagMs: 0, name: 'import', statementTimeoutMs: 60_000 })
  const dataDir = process.env.DATA_DIR ?? demoDataDir
  const report = openReport(join(dataDir, 'import-report.csv'))
  const progress = showProgress()
  const startedAt = performance.now()
  let unreadable: UnreadableFile | null = null
  let counts = ''
  try {
    const input = createReadStream(file)
    const describe = (summary: { rows: number, created: number, updated: number, unchanged: number, unpublished: number, rejectedRows: number }) =>
      `${summary.rows} rows: ${summary.created} products created, ${summary.updated} updated, ${summary.unchanged} unchanged, ${summary.unpublished} not published; ${summary.rejectedRows} rows left out`
    await importProducts({
      database,
      onReject: report.add,
      onProgress: (summary) => {
        counts = describe(summary)
        progress.show(totalBytes === 0 ? 1 : input.bytesRead / totalBytes, counts)
      },
    }, input).catch((error: unknown) => {
      if (!(error instanceof UnreadableFile)) throw error
      unreadable = error
    })
    progress.end(`${counts}; ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
    if (withPictures) {
      const pictures = await fetchPictures({ database, folder: join(dataDir, 'pictures/originals'), onProgress: ({ fetched, unreachable }) => progress.show(null, `${fetched} pictures fetched, ${unreachable} unreachable`) })
      progress.end(`Pictures: ${pictures.fetched} fetched, ${pictures.present} there already, ${pictures.unreachable} unreachable (a drawn placeholder is shown for them)`)
    }
  }
  finally {
    await report.close()
    await database.close()
  }
  if (unreadable) process.stderr.write(`${(unreadable as UnreadableFile).message}\n`)
  return unreadable ? 1 : 0
}

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'skip-pictures': { type: 'boolean', default: false }, 'help': { type: 'boolean', default: false } } })
  if (values.help || positionals.length !== 1) {
    process[values.help ? 'stdout' : 'stderr'].write(`${usage}\n`)
    process.exitCode = values.help ? 0 : 2
  }
  else {
    process.exitCode = await run(positionals[0]!, !values['skip-pictures'])
  }
}
catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
