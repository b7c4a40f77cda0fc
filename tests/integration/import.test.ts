import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { sql } from 'drizzle-orm'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetchPictures } from '../../server/products/index.ts'
import { long } from '../harness/long.ts'
import { type OwnDatabase, ownDatabase } from '../harness/own-database.ts'
import { firstRow, shopifyCsv, type ShopifyFields, shopifyHeader, shopifyLine } from '../harness/shopify-csv.ts'

let own: OwnDatabase
const folder = mkdtempSync(join(tmpdir(), 'import-'))
beforeAll(async () => {
  own = await ownDatabase()
})
afterAll(async () => {
  await own.drop()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs what `npm run import` runs. */
async function runImport(file: string, options: { args?: string[], env?: NodeJS.ProcessEnv, node?: string[] } = {}) {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { import: string } }
  const [, ...command] = scripts.import.split(' ')
  const child = spawn(process.execPath, [...options.node ?? [], ...command, file, ...options.args ?? ['--skip-pictures']], { env: { PATH: process.env.PATH, DATABASE_URL: own.url, DATA_DIR: folder, ...options.env } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => (stdout += chunk))
  child.stderr.on('data', chunk => (stderr += chunk))
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, stdout, stderr }
}

function csvFile(content: string): string {
  const file = join(folder, `${crypto.randomUUID()}.csv`)
  writeFileSync(file, content)
  return file
}

const importRows = (rows: ShopifyFields[]) => runImport(csvFile(shopifyCsv(rows)))
const query = async <T extends Record<string, unknown>>(statement: ReturnType<typeof sql>) => (await own.database.fresh(db => db.execute<T>(statement))).rows

/** Everything that an import could have touched. */
const everything = () => query(sql`
  select (select jsonb_agg(to_jsonb(p) order by p.id) from products p) as products, (select jsonb_agg(to_jsonb(v) order by v.id) from variants v) as variants,
    (select jsonb_agg(to_jsonb(s) order by s.variant_id) from stock s) as stock, (select jsonb_agg(to_jsonb(m) order by m.id) from stock_movements m) as movements,
    (select jsonb_agg(to_jsonb(i) order by i.id) from product_images i) as images`)

const shirt = (handle: string): ShopifyFields[] => [
  firstRow(handle, { 'Title': `Linen Shirt ${handle}`, 'Type': 'Shirts', 'Option1 Name': 'Color', 'Option1 Value': 'Navy', 'Variant SKU': `${handle}-N`, 'Image Src': `https://127.0.0.1/${handle}.jpg` }),
  { 'Handle': handle, 'Option1 Value': 'Salt', 'Variant SKU': `${handle}-S`, 'Variant Price': '14.00', 'Variant Inventory Qty': '3' },
]

describe('when a file is imported', () => {
  test('then a second time changes nothing at all', async () => {
    const rows = [...shirt('again-1'), ...shirt('again-2')]
    const first = await importRows(rows)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toContain('4 rows: 2 products created, 0 updated, 0 unchanged')
    const before = await everything()
    const second = await importRows(rows)
    expect(second.stdout).toContain('4 rows: 0 products created, 0 updated, 2 unchanged')
    expect(await everything()).toEqual(before)
  })

  test('then a changed product is changed in place: same ids, stock by difference, what is gone is retired', async () => {
    await importRows(shirt('change'))
    const ids = () => query<{ sku: string, id: string, retired: boolean, on_hand: number }>(sql`
      select v.sku, v.id, v.retired, s.on_hand from variants v join stock s on s.variant_id = v.id join products p on p.id = v.product_id where p.slug = 'change' order by v.sku`)
    const [navy, salt] = await ids()
    const [first, second] = shirt('change')
    await importRows([{ ...first!, 'Variant Inventory Qty': '2' }, { ...second!, 'Variant SKU': 'change-X', 'Option1 Value': 'Brick' }])
    expect(await ids()).toEqual([{ ...navy, on_hand: 2 }, { ...salt, retired: true }, { sku: 'change-X', id: expect.any(String), retired: false, on_hand: 3 }].sort((a, b) => (a.sku! < b.sku! ? -1 : 1)))
    const movements = await query<{ kind: string, quantity: number }>(sql`select kind, quantity from stock_movements where variant_id = ${navy!.id} order by id`)
    expect(movements).toEqual([{ kind: 'received', quantity: 5 }, { kind: 'corrected', quantity: -3 }])
  })

  test('then bad rows are reported with line and reason, and all others are there', async () => {
    const good = Array.from({ length: 60 }, (_, index) => firstRow(`good-${index}`))
    const { code, stdout, stderr } = await importRows([
      ...good,
      firstRow('bad-price', { 'Variant Price': '12,50' }),
      firstRow('bad-stock', { 'Variant Inventory Qty': '-4' }),
      firstRow('taken-here', { 'Variant SKU': 'SKU-good-3' }),
      firstRow('taken-in-batch', { 'Variant SKU': 'SKU-good-59' }),
      firstRow('good-7', { 'Variant Price': '99' }),
      firstRow('draft', { Status: 'draft' }),
      firstRow('gift', { 'Gift Card': 'true' }),
      firstRow('last'),
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('68 rows: 61 products created, 0 updated, 0 unchanged, 1 not published; 6 rows left out')
    const report = readFileSync(join(folder, 'import-report.csv'), 'utf8').trim().split('\n').sort()
    expect(report).toEqual([
      '62,1,"bad-price","the price ""12,50"" has a comma; write it with a point and no separator, as in 1234.50"',
      '63,1,"bad-stock","the stock ""-4"" is negative"',
      '64,1,"taken-here","its SKU ""SKU-good-3"" belongs to the product ""good-3"""',
      '65,1,"taken-in-batch","its SKU ""SKU-good-59"" belongs to the product ""good-59"""',
      '66,1,"good-7","its product began on line 9; the rows of a product must stand together, and handles must differ in letters or digits"',
      '68,1,"gift","gift cards are not supported"',
      'Line,Rows,Handle,Reason',
    ])
    expect(stderr).toContain('line 62: bad-price: the price "12,50" has a comma')
    const [count] = await query<{ count: number }>(sql`select count(*)::int as count from products where slug like 'good-%' or slug = 'last'`)
    expect(count).toEqual({ count: 61 })
  })

  test('when the database refuses one product, then the rest of its batch is committed', async () => {
    await query(sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$`)
    await query(sql`create trigger refuse before insert on products for each row when (new.slug = 'batch-3') execute function refuse()`)
    const { code, stdout, stderr } = await importRows(Array.from({ length: 6 }, (_, index) => firstRow(`batch-${index}`)))
    await query(sql`drop trigger refuse on products`)
    expect(code).toBe(0)
    expect(stdout).toContain('6 rows: 5 products created')
    expect(stderr).toContain('line 5: batch-3: the database refuses it: not this one')
  })

  test('when the file breaks off in a quote, then what is before it stays, and the exit code says so', async () => {
    const { code, stdout, stderr } = await runImport(csvFile(`${shopifyCsv([firstRow('before-1'), firstRow('before-2')])}broken,"and so on\n${shopifyLine(firstRow('after'))}`))
    expect(code).toBe(1)
    expect(stdout).toContain('1 products created')
    expect(stderr).toContain('From line 4 on the file cannot be read')
    expect(await query(sql`select slug from products where slug in ('before-1', 'before-2', 'after')`)).toEqual([{ slug: 'before-1' }])
  })

  test('when there is no file, no database or no table in it, then it says what to do', async () => {
    expect(await runImport(join(folder, 'nowhere.csv'))).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere.csv') })
    expect(await runImport(csvFile(''))).toMatchObject({ code: 1, stderr: expect.stringContaining('The file is empty.') })
    const url = new URL(own.url)
    url.port = '9'
    expect(await runImport(csvFile(shopifyHeader), { env: { DATABASE_URL: url.href } })).toMatchObject({ code: 1, stderr: expect.stringContaining('No Postgres answers at DATABASE_URL') })
    url.port = new URL(own.url).port
    url.pathname = '/postgres'
    expect(await runImport(csvFile(shopifyHeader), { env: { DATABASE_URL: url.href } })).toMatchObject({ code: 1, stderr: expect.stringContaining('no tables yet') })
    expect(await runImport('--nonsense')).toMatchObject({ code: 1 })
  })
})

/** Ten rows each. Memory that grows with the file would show at either size: the short file alone is 20 MB. */
const largeProducts = long ? 10_000 : 2_000
const largeRows = largeProducts * 10

describe(`when a file has ${largeRows.toLocaleString('en')} rows`, () => {
  test('then it is imported within 300 MB of memory', async () => {
    const file = join(folder, 'large.csv')
    const out = createWriteStream(file)
    out.write(shopifyHeader)
    const body = `<p>${'Soft and warm words. '.repeat(40)}</p>`
    for (let product = 0; product < largeProducts; product++) {
      const handle = `large-${product}`
      let text = shopifyLine(firstRow(handle, { 'Title': `Large Tee ${product}`, 'Body (HTML)': body, 'Type': `Shelf ${product % 12}`, 'Option1 Name': 'Size', 'Option1 Value': 'S' }))
      for (const size of ['M', 'L']) text += shopifyLine({ 'Handle': handle, 'Option1 Value': size, 'Variant SKU': `${handle}-${size}`, 'Variant Price': '20.00', 'Variant Inventory Qty': '0' })
      for (let view = 0; view < 7; view++) text += shopifyLine({ 'Handle': handle, 'Image Src': `https://127.0.0.1/${handle}/${view}.jpg` })
      if (!out.write(text)) await once(out, 'drain')
    }
    out.end()
    await finished(out)
    const probe = join(folder, 'probe.mjs')
    writeFileSync(probe, 'process.on("exit", () => console.log(`peak ${process.resourceUsage().maxRSS}`))')
    const startedAt = performance.now()
    const { code, stdout } = await runImport(file, { node: ['--import', pathToFileURL(probe).href], args: [] })
    expect(code).toBe(0)
    expect(stdout).toContain(`${largeRows} rows: ${largeProducts} products created`)
    expect(stdout).toMatch(/Pictures: 0 fetched, 0 there already, \d+ unreachable/)
    const peakMb = Number(/peak (\d+)/.exec(stdout)![1]) / 1024
    console.log(`${largeRows} rows: ${((performance.now() - startedAt) / 1000).toFixed(0)} s, at most ${peakMb.toFixed(0)} MB`)
    expect(peakMb).toBeLessThan(300)
  }, 300_000)
})

describe('when the pictures are fetched', () => {
  test('then each comes once, a dead host is left after three failures, and the next run takes up what is missing', async () => {
    const fresh = await ownDatabase()
    const pictures = join(folder, 'originals')
    try {
      const images = [...Array.from({ length: 3 }, (_, i) => `https://good.example/${i}.jpg`), 'https://good.example/0.jpg', ...Array.from({ length: 30 }, (_, i) => `https://dead.example/${i}.jpg`)]
      const file = csvFile(shopifyCsv([firstRow('pictures'), ...images.map(image => ({ 'Handle': 'pictures', 'Image Src': image }))]))
      await runImport(file, { env: { DATABASE_URL: fresh.url } })
      const asked: string[] = []
      const bytes = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#fff' } }).webp().toBuffer()
      const fetch = async (address: string) => {
        asked.push(address)
        if (address.includes('dead')) throw new Error('no answer')
        return bytes
      }
      expect(await fetchPictures({ database: fresh.database, folder: pictures, fetch })).toMatchObject({ fetched: 3, present: 0, unreachable: 30 })
      expect(asked.filter(address => address.includes('good'))).toHaveLength(3)
      // Four at a time: three more may be on their way when the third fails.
      expect(asked.filter(address => address.includes('dead')).length).toBeLessThanOrEqual(6)
      expect(await fetchPictures({ database: fresh.database, folder: pictures, fetch })).toMatchObject({ fetched: 0, present: 3, unreachable: 30 })
      const previews = async () => (await fresh.database.fresh(db => db.execute<{ shown: string, made: number }>(sql`
        select (select image ->> 'preview' from products) as shown, count(preview)::int as made from product_images`))).rows
      const known = [{ shown: expect.stringMatching(/^data:image\/gif;base64,/), made: 3 }]
      expect(await previews()).toEqual(known)
      // A picture whose file was there before previews were made gets one in the next run.
      await fresh.database.fresh(db => db.execute(sql`update product_images set preview = null`))
      await fetchPictures({ database: fresh.database, folder: pictures, fetch })
      expect(await previews()).toEqual(known)
      const renamed = csvFile(shopifyCsv([{ ...firstRow('pictures'), Title: 'Another name' }, ...images.map(image => ({ 'Handle': 'pictures', 'Image Src': image }))]))
      await runImport(renamed, { env: { DATABASE_URL: fresh.url } })
      expect(await previews()).toEqual(known)
    }
    finally {
      await fresh.drop()
    }
  })
})
