// Prevents: half a payment. A charge, its ledger rows, its event and the stored answer belong together.
// Guarantees: what one `commit` puts is one journal line, applied whole or rolled back; listeners hear of it only once it
// is written. Records are never changed in place, so that a rollback can put the former one back.
import { openJournal } from './journal.ts'

interface Put {
  table: string
  record: { id: string }
}

type Shape<Tables> = { [Name in keyof Tables]: { id: string } }

export interface RecordStore<Tables extends Shape<Tables>> {
  get: <Name extends keyof Tables & string>(table: Name, id: string) => Tables[Name] | undefined
  /** All records of a table, in the order in which they were first put. */
  all: <Name extends keyof Tables & string>(table: Name) => Tables[Name][]
  count: (table: keyof Tables & string) => number
  /** Adds or replaces a record. @throws Error outside of `commit` */
  put: <Name extends keyof Tables & string>(table: Name, record: Tables[Name]) => void
  /** Runs synchronous work as a transaction; a commit within a commit is a savepoint. Rethrows what the work throws. */
  commit: <Result>(work: () => Result) => Result
  onCommit: (listener: (puts: Put[]) => void) => void
  close: () => void
}

/** Opens the store kept in `file`, with its state as it was at the last commit. */
export function openRecordStore<Tables extends Shape<Tables>>(file: string): RecordStore<Tables> {
  const tables = new Map<string, Map<string, { id: string }>>()
  const listeners: ((puts: Put[]) => void)[] = []
  let depth = 0
  let undo: (() => void)[] = []
  let puts: Put[] = []

  const table = (name: string) => {
    const found = tables.get(name) ?? new Map<string, { id: string }>()
    tables.set(name, found)
    return found
  }
  const journal = openJournal(file, (entry) => {
    for (const { table: name, record } of (entry as { puts: Put[] }).puts) table(name).set(record.id, record)
  })

  const rollBackTo = (mark: number) => {
    for (const step of undo.slice(mark).reverse()) step()
    undo = undo.slice(0, mark)
    puts = puts.slice(0, mark)
  }
  const finish = () => {
    const written = puts
    if (written.length > 0) journal.append({ at: new Date().toISOString(), puts: written })
    undo = []
    puts = []
    return written
  }

  return {
    get: <Name extends keyof Tables & string>(name: Name, id: string) => table(name).get(id) as Tables[Name] | undefined,
    all: <Name extends keyof Tables & string>(name: Name) => [...table(name).values()] as Tables[Name][],
    count: name => table(name).size,
    put(name, record) {
      if (depth === 0) throw new Error(`put into ${name} outside of a commit`)
      const records = table(name)
      const former = records.get(record.id)
      undo.push(() => former ? records.set(record.id, former) : records.delete(record.id))
      puts.push({ table: name, record })
      records.set(record.id, record)
    },
    commit(work) {
      const mark = puts.length
      depth++
      let written: Put[] = []
      try {
        const result = work()
        if (depth === 1) written = finish()
        return result
      }
      catch (error) {
        rollBackTo(mark)
        throw error
      }
      finally {
        depth--
        if (written.length > 0) for (const listener of listeners) listener(written)
      }
    },
    onCommit: listener => void listeners.push(listener),
    close: () => journal.close(),
  }
}
