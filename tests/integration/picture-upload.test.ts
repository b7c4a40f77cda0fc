import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consume } from '../../server/platform/outbox/subscriber.ts'
import { openPictures } from '../../server/products/serve-picture.ts'
import { keyOfUpload, sweepUploads, uploadedPictures } from '../../server/products/index.ts'
import type { AdminProduct, PictureShelf } from '../../shared/schemas/admin-products.ts'
import type { ProductDetail } from '../../shared/schemas/products.ts'
import { maxUploadBytes } from '../../shared/upload-limits.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, type TestShopper, until } from '../harness/shopper.ts'
import { photograph, sendPicture } from '../harness/upload.ts'

const shop = runningShop()
const pictures = openPictures(shop.dataDir)
let admin: TestShopper
beforeAll(async () => {
  admin = await shop.admin()
})
afterAll(shop.close)

async function aProduct(): Promise<string> {
  const slug = `upload-${crypto.randomUUID().slice(0, 8)}`
  await addProduct(shop.database, product(slug, { colours: ['Salt', 'Kelp'] }))
  return slug
}
const shelfOf = async (slug: string) => (await admin.get<PictureShelf>(`/api/admin/products/${slug}/pictures`)).body
const change = (method: string, slug: string, path: string, body?: object) => admin.request<Maybe<PictureShelf>>(method, `/api/admin/products/${slug}/${path}`, body)
const untilDone = (slug: string, count = 1) => until(() => shelfOf(slug), shelf => shelf.pictures.length === count && shelf.uploads.length === 0)
const filesLeft = () => readdirSync(pictures.uploads)

describe('an uploaded picture', () => {
  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('as %s is made upright, in every size and without a word about where it was taken, and shows in the shop', async (format) => {
    const slug = await aProduct()
    const sent = await sendPicture(admin, slug, await photograph({ format }), { alt: 'A mug, from above', type: 'text/html' })
    expect(sent).toMatchObject({ status: 202, body: { uploads: [{ alt: 'A mug, from above', made: 0, total: 12, problem: null }] } })
    const { pictures: [picture] } = await untilDone(slug)
    expect(picture).toMatchObject({ alt: 'A mug, from above', uploadId: sent.body.uploads[0]!.id, optionValue: null, tint: expect.stringMatching(/^#c[5-9a-f]6[0-9a-f]3[0-9a-f]$/) })
    const original = await readFile(join(pictures.originals, `${picture!.key}.webp`))
    expect(original.includes('SECRET-COPYRIGHT')).toBe(false)
    const { exif, xmp, iptc, orientation, width, height } = await sharp(original).metadata()
    expect({ exif, xmp, iptc, orientation }).toEqual({ exif: undefined, xmp: undefined, iptc: undefined, orientation: undefined })
    // AVIF says how it is turned in its own box, which the camera of this test does not write.
    if (format !== 'avif') expect([width, height]).toEqual([400, 600])
    await shop.settled()
    const answer = await fetch(`${shop.url}/pictures/${picture!.key}/640.avif`)
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect([answer.status, answer.headers.get('content-type'), bytes.includes('SECRET-COPYRIGHT')]).toEqual([200, 'image/avif', false])
    const shown = await until(() => admin.get<ProductDetail>(`/api/products/${slug}`), one => one.body.images.length === 1)
    expect(shown.body.image).toEqual({ key: picture!.key, alt: 'A mug, from above', tint: picture!.tint, preview: expect.stringMatching(/^data:image\/gif;base64,.{100}$/) })
    expect(shown.body.images).toEqual([{ ...shown.body.image, optionValue: null }])
    expect(filesLeft()).not.toContain(sent.body.uploads[0]!.id)
  })

  test('is counted while it is made, and joins its product once however often the news comes', async () => {
    const slug = await aProduct()
    const { body: { uploads: [upload] } } = await sendPicture(admin, slug, await photograph({ width: 3_000, height: 3_000 }))
    await untilDone(slug)
    const { rows: [event] } = await shop.database.fresh(db => db.execute<{ id: string, type: string, subject: string, payload: Record<string, unknown> }>(sql`select event_id as id, type, subject, payload from outbox where type = 'picture.uploaded' and subject = ${upload!.id}`))
    const subscriber = uploadedPictures({ database: shop.database, pictures })
    await Promise.all([subscriber.after!(event!), subscriber.after!(event!), consume(shop.database, subscriber, event!)])
    expect((await shelfOf(slug)).pictures).toHaveLength(1)
    expect(await shop.auditedWith('uploadId', upload!.id)).toMatchObject([{ kind: 'products.picture-uploaded', actorId: expect.any(String) }])
  })

  test('may be given words, a choice, another place, and be taken away with its files', async () => {
    const slug = await aProduct()
    for (const alt of ['first', 'second', 'third']) await sendPicture(admin, slug, await photograph(), { alt })
    const { pictures: before } = await untilDone(slug, 3)
    const ids = before.toSorted((a, b) => a.alt.localeCompare(b.alt)).map(one => one.id)
    const turned = await change('PATCH', slug, 'pictures', { ids: [ids[2], ids[0], ids[1]] })
    expect(turned.body.pictures.map(one => one.alt)).toEqual(['third', 'first', 'second'])
    expect((await until(() => admin.get<ProductDetail>(`/api/products/${slug}`), one => one.body.image?.alt === 'third')).body.images.map(one => one.alt)).toEqual(['third', 'first', 'second'])
    for (const stale of [ids.slice(0, 2), [ids[0], ids[0], ids[1]], [...ids, '999999']]) expect((await change('PATCH', slug, 'pictures', { ids: stale })).body.code).toBe('products/changed-meanwhile')
    expect((await change('PATCH', slug, `pictures/${ids[2]}`, { alt: 'the best', optionValue: 'Kelp' })).body.pictures[0]).toMatchObject({ alt: 'the best', optionValue: 'Kelp' })
    expect((await change('PATCH', slug, `pictures/${ids[2]}`, { alt: ' ', optionValue: null })).status).toBe(422)
    expect((await change('PATCH', await aProduct(), `pictures/${ids[2]}`, { alt: 'x', optionValue: null })).status).toBe(404)
    const { key } = turned.body.pictures[0]!
    expect((await change('DELETE', slug, `pictures/${ids[2]}`)).body.pictures).toHaveLength(2)
    expect((await admin.get<AdminProduct>(`/api/admin/products/${slug}`)).body.shelf.pictures[0]!.alt).toBe('first')
    expect(readdirSync(pictures.originals)).not.toContain(`${key}.webp`)
    await shop.settled()
    expect((await fetch(`${shop.url}/pictures/${key}/640.avif`)).status).toBe(404)
  })

  test('survives the next import of its product', async () => {
    const slug = await aProduct()
    await sendPicture(admin, slug, await photograph())
    await untilDone(slug)
    const drawn = { key: randomBytes(10).toString('hex'), tint: '#dddddd', drawing: null, sourceUrl: 'https://example.com/a.jpg', alt: 'from the file', optionValue: null }
    await addProduct(shop.database, { ...product(slug), pictures: [drawn] })
    expect((await shelfOf(slug)).pictures.map(one => one.alt)).toEqual(['from the file', 'A mug on a table'])
  })

  test('that breaks off is a failure with a reason at once, a dead letter, and can be tried again or forgotten', async () => {
    const slug = await aProduct()
    const whole = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } }).jpeg({ quality: 95 }).toBuffer()
    const { body: { uploads: [upload] } } = await sendPicture(admin, slug, whole.subarray(0, whole.length >> 1))
    const failed = await until(() => shelfOf(slug), shelf => shelf.uploads[0]?.status === 'failed')
    expect(failed.uploads[0]!.problem).toContain('Save it anew')
    const letters = () => shop.database.fresh(db => db.execute<{ error: string }>(sql`select error from dead_letters where subscriber = 'pictures' and payload ->> 'uploadId' = ${upload!.id}`))
    expect((await until(letters, found => found.rows.length === 1)).rows[0]!.error).toContain('cannot be decoded')
    // Somebody has put the whole file there.
    await writeFile(join(pictures.uploads, upload!.id), whole)
    expect((await change('POST', slug, `uploads/${upload!.id}/retry`)).body.uploads[0]).toMatchObject({ status: 'waiting', problem: null })
    await untilDone(slug)
    expect((await change('POST', slug, `uploads/${upload!.id}/retry`)).body.code).toBe('products/upload-not-failed')
    expect((await change('DELETE', slug, `uploads/${upload!.id}`)).status).toBe(404)
    await shop.database.fresh(db => db.execute(sql`delete from dead_letters where subscriber = 'pictures'`))

    const second = await sendPicture(admin, slug, whole.subarray(0, whole.length >> 1))
    const { id } = second.body.uploads[0]!
    await until(() => shelfOf(slug), shelf => shelf.uploads[0]?.status === 'failed')
    await until(() => shop.database.fresh(db => db.execute(sql`select 1 from dead_letters where payload ->> 'uploadId' = ${id}`)), found => found.rows.length === 1)
    expect((await change('DELETE', slug, `uploads/${id}`)).body.uploads).toEqual([])
    expect(filesLeft()).not.toContain(id)
    await shop.database.fresh(db => db.execute(sql`delete from dead_letters where subscriber = 'pictures'`))
  })

  test('whose file the worker does not find is tried again', async () => {
    const slug = await aProduct()
    const [own] = (await shop.database.fresh(db => db.execute<{ id: string }>(sql`select id from products where slug = ${slug}`))).rows
    const id = crypto.randomUUID()
    await shop.database.fresh(db => db.execute(sql`insert into picture_uploads (id, product_id, alt, total, uploaded_by) values (${id}, ${own!.id}, 'late', 12, ${id})`))
    const subscriber = uploadedPictures({ database: shop.database, pictures })
    const event = { id: crypto.randomUUID(), type: 'picture.uploaded', subject: id, payload: { uploadId: id } }
    await expect(subscriber.after!(event)).rejects.toThrow('ENOENT')
    expect((await shelfOf(slug)).uploads).toMatchObject([{ id, status: 'failed' }])
    await writeFile(join(pictures.uploads, id), await photograph())
    await subscriber.after!(event)
    expect((await shelfOf(slug)).pictures).toMatchObject([{ uploadId: id, key: keyOfUpload(id) }])
  })
})

describe('what is no picture that we take', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>'
  test.each<[string, () => Promise<Buffer> | Buffer, number, string]>([
    ['SVG', () => Buffer.from(svg), 415, 'products/not-a-picture'],
    ['GIF', () => sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).gif().toBuffer(), 415, 'products/not-a-picture'],
    ['TIFF', () => sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).tiff().toBuffer(), 415, 'products/not-a-picture'],
    ['HTML', () => Buffer.from('<!doctype html><h1>Hello</h1><script src=x></script>'), 415, 'products/not-a-picture'],
    ['nothing', () => Buffer.alloc(0), 415, 'products/not-a-picture'],
    ['the beginning of a PNG and then a page', () => Buffer.concat([Buffer.from([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), Buffer.from(svg.repeat(20))]), 415, 'products/not-a-picture'],
    ['a RIFF that is a sound', () => Buffer.concat([Buffer.from('RIFF\x00\x10\x00\x00WAVEfmt '), randomBytes(400)]), 415, 'products/not-a-picture'],
    ['a bomb: 49 megapixels in a few kilobytes', () => sharp({ create: { width: 7_000, height: 7_000, channels: 3, background: 'white' } }).png({ compressionLevel: 9, palette: true }).toBuffer(), 422, 'products/too-many-pixels'],
    ['more bytes than are read', () => Buffer.concat([Buffer.from([0xFF, 0xD8, 0xFF, 0xE0]), Buffer.alloc(maxUploadBytes)]), 413, 'platform/body-too-large'],
  ])('%s is refused, whatever its name says, and leaves nothing', async (_, make, status, code) => {
    const slug = await aProduct()
    const before = filesLeft()
    expect(await sendPicture(admin, slug, new Uint8Array(await make()), { type: 'image/jpeg' })).toMatchObject({ status, body: { code } })
    expect(await shelfOf(slug)).toEqual({ pictures: [], uploads: [] })
    // Others of this shop may be sending theirs meanwhile; those come to an end.
    await expect.poll(() => filesLeft().filter(file => !before.includes(file))).toEqual([])
  })

  test('more than is read is refused while it arrives, when its length is not told', async () => {
    const slug = await aProduct()
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? new Uint8Array([0xFF, 0xD8, 0xFF, 0xE0, ...new Uint8Array(1_000)]) : new Uint8Array(1_000_000))
        sent += 1_000_000
        if (sent > 2 * maxUploadBytes) controller.close()
      },
    })
    expect(await sendPicture(admin, slug, endless)).toMatchObject({ status: 413, body: { code: 'platform/body-too-large' } })
    expect((await shelfOf(slug)).uploads).toEqual([])
  })

  test('a picture without words, or for no product, is refused; another route reads no more than before', async () => {
    const slug = await aProduct()
    const file = new Uint8Array(await photograph())
    expect(await sendPicture(admin, slug, file, { alt: ' ' })).toMatchObject({ status: 422, body: { errors: [{ path: 'alt' }] } })
    expect((await sendPicture(admin, 'no-such-thing', file)).status).toBe(404)
    expect((await admin.request('PATCH', `/api/admin/products/${slug}/pictures`, { ids: ['1'.repeat(120_000)] })).status).toBe(413)
  })

  test('what a killed process left behind is swept after a day, what is still wanted is not', async () => {
    const slug = await aProduct()
    const [own] = (await shop.database.fresh(db => db.execute<{ id: string }>(sql`select id from products where slug = ${slug}`))).rows
    const [wanted, lost, young] = [crypto.randomUUID(), `${crypto.randomUUID()}.part`, crypto.randomUUID()]
    await shop.database.fresh(db => db.execute(sql`insert into picture_uploads (id, product_id, alt, total, uploaded_by) values (${wanted}, ${own!.id}, 'waits', 12, ${wanted})`))
    for (const name of [wanted, lost, young]) await writeFile(join(pictures.uploads, name), 'x')
    const yesterday = new Date(Date.now() - 25 * 60 * 60_000)
    for (const name of [wanted, lost]) await utimes(join(pictures.uploads, name), yesterday, yesterday)
    await sweepUploads(shop.database, pictures.uploads)
    expect(filesLeft()).toEqual(expect.arrayContaining([wanted, young]))
    expect(filesLeft()).not.toContain(lost)
    for (const name of [wanted, young]) await rm(join(pictures.uploads, name))
    await change('DELETE', slug, `uploads/${wanted}`)
  })
})
