/**
 * Reads Shopify's product CSV as a stream of products, each with its rows.
 *
 * Guarantees: of the file's content, one product's rows and the stream's buffers are held at a time, whatever its
 * size. What cannot be read is reported with its line, never guessed.
 */
import { pipeline, type Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { type Column, findColumns } from './shopify-columns.ts'

/** Something that was left out of the import: `rows` rows of the file from `line` on. */
export interface Rejection { line: number, rows: number, handle: string, reason: string }

export interface ShopifyRow {
  /** Where the row begins; a quoted field may hold line breaks. */
  line: number
  /** The trimmed field, empty where the column is not there. */
  field(column: Column): string
}

export interface RowGroup { handle: string, rows: ShopifyRow[] }

/** The file as a whole, or all of it from some line on, cannot be read. */
export class UnreadableFile extends Error {
  override name = 'UnreadableFile'
}

const maxRecordBytes = 1_000_000
/** Shopify's own limit is 2,048 variants; pictures come on rows of their own. */
const maxRowsOfProduct = 2_500

/**
 * Groups the rows of `input` (bytes) by handle, in the order of the file.
 * @throws {UnreadableFile} at once for what is no such CSV; after the last whole product for a quote that is never closed
 */
export async function* readShopifyCsv(input: Readable, { onRow, onReject }: { onRow: () => void, onReject: (rejection: Rejection) => void }): AsyncGenerator<RowGroup> {
  let table: { places: Map<Column, number>, width: number } | null = null
  let group: RowGroup | null = null
  const state = { nextLine: 1, broken: false }
  for await (const { record, line } of readRecords(input, state)) {
    if (record.length === 1 && record[0]!.trim() === '') continue
    if (!table) {
      table = { places: readHeader(record), width: record.length }
      continue
    }
    onRow()
    const { places, width } = table
    const row: ShopifyRow = { line, field: column => record[places.get(column) ?? -1]?.trim() ?? '' }
    const handle = row.field('handle')
    const reason = whyUnreadable(record, width) ?? (handle === '' ? 'it has no handle' : null)
    if (reason) {
      onReject({ line, rows: 1, handle, reason })
      continue
    }
    if (group && group.handle !== handle) {
      yield group
      group = null
    }
    group ??= { handle, rows: [] }
    if (group.rows.length < maxRowsOfProduct) group.rows.push(row)
    else onReject({ line, rows: 1, handle, reason: `its product has more than ${maxRowsOfProduct} rows` })
  }
  if (state.broken) {
    // More rows of this product may be in what cannot be read, and a product saved without them would lose variants.
    if (group) onReject({ line: group.rows[0]!.line, rows: group.rows.length, handle: group.handle, reason: 'the file breaks off before the next product begins' })
    throw new UnreadableFile(`From line ${state.nextLine} on the file cannot be read: a quote that opens there is not closed.`)
  }
  if (!table) throw new UnreadableFile('The file is empty.')
  if (group) yield group
}

/** Records with the line on which each begins; counted here, since the parser takes a line break inside quotes for two. */
async function* readRecords(input: Readable, state: { nextLine: number, broken: boolean }): AsyncGenerator<{ record: string[], line: number }> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: maxRecordBytes,
    // Errors come as news, not as the stream's end: that would throw away the records that are parsed and not yet read.
    skip_records_with_error: true,
    on_skip: () => {
      state.broken = true
    },
  })
  pipeline(input, refuseOtherFormats, parser, () => {})
  for await (const record of parser as AsyncIterable<string[]>) {
    const line = state.nextLine
    state.nextLine += 1
    for (const field of record) if (field.includes('\n') || field.includes('\r')) state.nextLine += field.match(/\r\n|\n|\r/g)!.length
    yield { record, line }
  }
}

/** Spreadsheets and UTF-16 are recognised by their first bytes, before anything is made of them. */
async function* refuseOtherFormats(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true
  for await (const chunk of input) {
    if (first) {
      const start = chunk.subarray(0, 2).toString('latin1')
      if (start === '\xFF\xFE' || start === '\xFE\xFF') throw new UnreadableFile('The file is UTF-16. Save it as "CSV UTF-8".')
      if (start === 'PK' || start === '\xD0\xCF' || chunk.subarray(0, 4096).includes(0)) throw new UnreadableFile('This is not a CSV. Save the sheet as "CSV UTF-8".')
      first = false
    }
    yield chunk
  }
}

function readHeader(record: string[]): Map<Column, number> {
  const { places, missing } = findColumns(record)
  if (missing.length === 0) return places
  const hint = record.length === 1 && /[;\t]/.test(record[0]!) ? ' Its fields seem to be separated by something else than commas.' : ''
  throw new UnreadableFile(`This is not Shopify's product CSV: it has no ${missing.length > 1 ? 'columns' : 'column'} ${missing.map(name => `"${name}"`).join(', ')}.${hint}`)
}

function whyUnreadable(record: string[], width: number): string | null {
  if (record.length !== width) return `it has ${record.length} fields where the header has ${width}`
  // The decoder's mark for bytes that are no UTF-8.
  if (record.some(field => field.includes('\uFFFD'))) return 'it holds bytes that are not UTF-8'
  if (record.some(field => field.includes('\0'))) return 'it holds a NUL character'
  return null
}
