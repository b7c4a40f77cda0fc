import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { readShopifyCsv, type Rejection } from '../../server/products/import/read-shopify-csv.ts'
import { csvLine, firstRow, shopifyCsv, shopifyHeader, shopifyLine } from '../harness/shopify-csv.ts'

async function read(content: string | Buffer, chunkBytes = 7) {
  const bytes = Buffer.from(content)
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) => bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes))
  const groups: { handle: string, lines: number[] }[] = []
  const rejections: Rejection[] = []
  let rows = 0
  let error: Error | null = null
  try {
    for await (const group of readShopifyCsv(Readable.from(chunks), { onRow: () => (rows += 1), onReject: rejection => rejections.push(rejection) })) {
      groups.push({ handle: group.handle, lines: group.rows.map(row => row.line) })
    }
  }
  catch (thrown) {
    error = thrown as Error
  }
  return { groups, rejections, rows, error: error && `${error.name}: ${error.message}` }
}

describe('when a product export is read', () => {
  test('then rows of one handle come together, with the lines on which they begin', async () => {
    const { groups, rows, error } = await read(shopifyCsv([firstRow('a', { 'Body (HTML)': '<p>two\nlines</p>' }), { Handle: 'a' }, firstRow('b')]))
    expect(error).toBeNull()
    expect(rows).toBe(3)
    expect(groups).toEqual([{ handle: 'a', lines: [2, 4] }, { handle: 'b', lines: [5] }])
  })

  test('then lines are counted right with Windows line ends inside and outside of quotes, and empty lines', async () => {
    const text = `${shopifyHeader}${shopifyLine(firstRow('a', { 'Body (HTML)': 'x\r\ny\r\nz' }))}\n${shopifyLine(firstRow('b'))}`
    expect((await read(text)).groups).toEqual([{ handle: 'a', lines: [2] }, { handle: 'b', lines: [6] }])
    const windows = text.replace(/(?<!\r)\n/g, '\r\n')
    expect((await read(windows)).groups).toEqual([{ handle: 'a', lines: [2] }, { handle: 'b', lines: [6] }])
  })

  test('then a byte order mark and columns in another order or of the newer template are fine', async () => {
    const newer = csvLine(['Price', 'URL handle', 'Title', 'Unknown']) + csvLine(['1.00', 'a', 'A', ''])
    expect((await read(`\uFEFF${newer}`)).groups).toEqual([{ handle: 'a', lines: [2] }])
  })

  test('then ragged rows, rows without a handle and rows with bytes that are not UTF-8 are named, and the others read', async () => {
    const bad = Buffer.concat([Buffer.from(shopifyHeader + shopifyLine(firstRow('a')) + 'b,too short\n' + shopifyLine({ Title: 'nobody' })), Buffer.from(shopifyLine(firstRow('caf\u00E9')), 'latin1'), Buffer.from(shopifyLine(firstRow('z')))])
    const { groups, rejections, rows } = await read(bad)
    expect(groups.map(group => group.handle)).toEqual(['a', 'z'])
    expect(rows).toBe(5)
    expect(rejections.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'it has 2 fields where the header has 21'],
      [4, 'it has no handle'],
      [5, 'it holds bytes that are not UTF-8'],
    ])
  })

  test('when a quote is never closed, then what is before it is read, and the product that it may belong to is not', async () => {
    const { groups, rejections, error } = await read(`${shopifyCsv([firstRow('a'), firstRow('b'), { Handle: 'b' }])}c,"never closed\n${shopifyLine(firstRow('d'))}`)
    expect(groups.map(group => group.handle)).toEqual(['a'])
    expect(rejections).toEqual([{ line: 3, rows: 2, handle: 'b', reason: 'the file breaks off before the next product begins' }])
    expect(error).toBe('UnreadableFile: From line 5 on the file cannot be read: a quote that opens there is not closed.')
  })

  test('when a quote swallows more than a megabyte, then the reader does not collect it', async () => {
    const { groups, error } = await read(`${shopifyCsv([firstRow('a'), firstRow('b')])}c,"${'x'.repeat(3_000_000)}`, 65_536)
    expect(groups.map(group => group.handle)).toEqual(['a'])
    expect(error).toContain('From line 4 on')
  })

  test.each([
    ['an empty file', '', 'The file is empty.'],
    ['a sheet', Buffer.from('PK\x03\x04\x00\x00'), 'This is not a CSV.'],
    ['an old sheet', Buffer.from('\xD0\xCF\x11\xE0', 'latin1'), 'This is not a CSV.'],
    ['UTF-16', Buffer.from('\uFEFFHandle,Title', 'utf16le'), 'The file is UTF-16.'],
    ['some other list', 'name,amount\na,1\n', 'it has no columns "Handle", "Title", "Variant Price"'],
    ['no price column', 'Handle,Title\na,1\n', 'it has no column "Variant Price"'],
    ['semicolons', 'Handle;Title;Variant Price\na;A;1\n', 'separated by something else than commas'],
    ['a web page', '<!doctype html>\n<p>Sign in', 'This is not Shopify\'s product CSV'],
  ])('when it is %s, then it is refused as a whole', async (_, content, message) => {
    const { groups, error } = await read(content, 65_536)
    expect(groups).toEqual([])
    expect(error).toContain('UnreadableFile')
    expect(error).toContain(message)
  })
})
