import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { Database } from '../../platform/db/database.ts'
import { previewOfFile } from '../pictures/preview.ts'
import { fetchPicture } from './fetch-picture.ts'

const concurrency = 4
const failuresOfHost = 3
const pageSize = 500

export interface PicturesSummary { fetched: number, present: number, unreachable: number, bytes: number }

export interface PictureDeps {
  database: Pick<Database, 'fresh'>
  /** Gets `<key>.webp` for each picture. */
  folder: string
  fetch?: (address: string) => Promise<Buffer>
  onProgress?: (summary: Readonly<PicturesSummary>) => void
}

/**
 * Fetches each picture of the catalogue that has an address and no file yet, four at a time; an interrupted run is taken
 * up by the next. Each also gets its preview, those that lay there before too. A host that failed three times in a row is not asked again in this run. Those that could not be had are
 * counted: the shop draws a placeholder for them.
 */
export async function fetchPictures({ database, folder, fetch = fetchPicture, onProgress = () => {} }: PictureDeps): Promise<PicturesSummary> {
  const summary: PicturesSummary = { fetched: 0, present: 0, unreachable: 0, bytes: 0 }
  const failures = new Map<string, number>()
  let previews: Preview[] = []
  await mkdir(folder, { recursive: true })

  async function preview(key: string, picture: string | Buffer) {
    const uri = await previewOfFile(picture).catch(() => undefined)
    if (uri) previews.push({ key, uri })
  }

  async function settle({ key, source_url, bare }: PictureRow) {
    const file = join(folder, `${key}.webp`)
    if (await exists(file)) {
      summary.present += 1
      if (bare) await preview(key, file)
      return
    }
    const host = URL.parse(source_url)?.host ?? ''
    try {
      if ((failures.get(host) ?? 0) >= failuresOfHost) throw new Error('its host does not answer')
      const picture = await fetch(source_url)
      await writeFile(`${file}.part`, picture)
      await rename(`${file}.part`, file)
      failures.set(host, 0)
      summary.fetched += 1
      summary.bytes += picture.length
      await preview(key, picture)
    }
    catch {
      failures.set(host, (failures.get(host) ?? 0) + 1)
      summary.unreachable += 1
    }
  }

  let after = ''
  for (;;) {
    const page = await pageOfPictures(database, after)
    if (page.length === 0) return summary
    const rows = page.values()
    await Promise.all(Array.from({ length: concurrency }, async () => {
      for (const row of rows) await settle(row)
    }))
    await savePreviews(database, previews)
    previews = []
    after = page.at(-1)!.key
    onProgress(summary)
  }
}

type PictureRow = { key: string, source_url: string, bare: boolean }
type Preview = { key: string, uri: string }

async function pageOfPictures({ fresh }: Pick<Database, 'fresh'>, after: string): Promise<PictureRow[]> {
  const { rows } = await fresh(db => db.execute<PictureRow>(sql`
    select distinct on (key) key, source_url, preview is null as bare from product_images
    where source_url is not null and key > ${after} order by key limit ${pageSize}`))
  return rows
}

async function savePreviews({ fresh }: Pick<Database, 'fresh'>, previews: Preview[]): Promise<void> {
  if (previews.length === 0) return
  await fresh(db => db.execute(sql`
    with shown as (
      update product_images i set preview = made.uri from jsonb_to_recordset(${JSON.stringify(previews)}::jsonb) as made(key text, uri text)
      where i.key = made.key returning i.product_id, i.key, i.preview)
    update products p set image = p.image || jsonb_build_object('preview', shown.preview) from shown where p.id = shown.product_id and p.image ->> 'key' = shown.key`))
}

const exists = (file: string) => stat(file).then(found => found.isFile(), () => false)
