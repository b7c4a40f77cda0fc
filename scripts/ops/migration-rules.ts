// What a migration may not do while the version before it is still running: while instances are replaced one by one, both
// write to the same tables, and every lock that a migration waits for or holds is waited for by buyers.
import type { Statement } from './sql-statements.ts'

export interface Surroundings {
  /** Tables that this very migration makes: nobody uses them yet. */
  created: ReadonlySet<string>
  /** Every statement of the migrations before, and of this one up to here. */
  before: readonly Statement[]
  /** Constraints that this very migration adds. */
  added: ReadonlySet<string>
  /** The migration's number. */
  number: number
}

/** `problem` is what would go wrong, `instead` what to do. */
export interface Mistake { problem: string, instead: string }

/** `-- contract: orders.note unused since 0007`: what nobody reads or writes any more may go. */
const contractMarker = /^contract: \S.* unused since (?:migration )?(\d{4})$/
/** `-- brief: 40 rows`: why a lock is held for a moment only. */
const briefMarker = /^brief: \S/

export const nameOf = (text: string) => text.replace(/^public\./, '')
const alteredTable = /^alter table (?:if exists )?(?:only )?([\w.]+) /
const isBrief = ({ comments }: Statement) => comments.some(comment => briefMarker.test(comment))

function isContracted({ comments }: Statement, { number }: Surroundings): boolean {
  return comments.some((comment) => {
    const [, since] = contractMarker.exec(comment) ?? []
    return since !== undefined && Number(since) < number
  })
}

/** The parts of one `alter table`, which may hold several, separated by commas outside brackets. */
function actionsOf(text: string): string[] {
  const actions: string[] = []
  let depth = 0
  let action = ''
  for (const character of text.replace(alteredTable, '')) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === ',' && depth === 0) {
      actions.push(action.trim())
      action = ''
    }
    else action += character
  }
  return [...actions, action.trim()]
}

const has = ({ before }: Surroundings, pattern: RegExp) => before.some(({ text }) => pattern.test(text))

function mayBecomeNotNull(table: string, column: string, around: Surroundings): boolean {
  const t = `(?:public\\.)?${table}`
  if (has(around, new RegExp(`^alter table (?:only )?${t} .*alter (?:column )?${column} set default`)) || has(around, new RegExp(`^alter table ${t} .*add (?:column )?(?:if not exists )?${column} [^,]*default`))) return true
  return around.before.some(({ text }) => {
    const [, name] = new RegExp(`^alter table (?:only )?${t} add constraint (\\w+) check \\(+ ?${column} is not null ?\\)+ not valid`).exec(text) ?? []
    return name !== undefined && has(around, new RegExp(`^alter table (?:only )?${t} validate constraint ${name}`))
  })
}

function mistakesInAction(table: string, action: string, statement: Statement, around: Surroundings): Mistake[] {
  const found: Mistake[] = []
  const add = (problem: string, instead: string) => found.push({ problem, instead })
  const contracted = isContracted(statement, around)

  const drop = /^drop (?:column )?(?!constraint|expression|identity)(?:if exists )?(\w+)/.exec(action)
  if (drop && !contracted) add(`${table}.${drop[1]} goes while the running version may use it`, `Release a version that does not use it, then drop it with "-- contract: ${table}.${drop[1]} unused since NNNN".`)
  if (/^(?:rename (?:column )?(?!constraint)|set schema)/.test(action) && !contracted) add(`something of ${table} gets another name, which the running version does not know`, 'Add the new one, write both, fill it, read it, and drop the old one in a later release.')
  if (/^alter (?:column )?\w+ (?:set data )?type /.test(action) && !isBrief(statement)) add(`${table} is rewritten under a lock that stops reads and writes`, 'Add a column of the new type and move over, or say "-- brief: why no row is rewritten".')
  if (/^alter (?:column )?\w+ drop default/.test(action) && !contracted) add(`the running version may insert into ${table} without that column`, 'Release a version that always names it, then say "-- contract: … unused since NNNN".')
  const notNull = /^alter (?:column )?(\w+) set not null/.exec(action)
  if (notNull && !mayBecomeNotNull(table, notNull[1]!, around)) add(`${table} is read whole under a lock, and the running version may still write null`, `Give ${notNull[1]} a default, or add "check (${notNull[1]} is not null) not valid", and validate it, first.`)

  if (/^add (?:column )/.test(action) || /^add (?!constraint|primary|unique|foreign|check|exclude)\w+ /.test(action)) {
    const hasDefault = / default /.test(action)
    if (/ not null/.test(action) && !hasDefault) add(`${table} gets a column that the running version cannot fill`, 'Give it a default, or let it be null until every version writes it.')
    if (/ generated .*stored| (?:big|small)?serial\b| generated .* as identity| default [^,]*(?:gen_random_uuid|random|clock_timestamp|nextval|uuidv7)\(/.test(action)) add(`every row of ${table} is written anew under a lock`, 'Add the column without it, set the default in a second statement, and fill the old rows in batches.')
    if (/ unique\b| primary key\b/.test(action) && !isBrief(statement)) add(`an index on ${table} is built under a lock`, 'Add the column, build the unique index concurrently, and add the constraint using it.')
  }
  if (/^add (?:constraint \w+ )?(?:foreign key|check)/.test(action) && !/ not valid$/.test(action)) add(`every row of ${table} is checked under a lock`, 'Add it "not valid", and validate it in the next release.')
  if (/^add (?:constraint \w+ )?(?:unique|primary key|exclude)/.test(action) && !/ using index /.test(action) && !isBrief(statement)) add(`an index on ${table} is built under a lock`, 'Build it concurrently before, then add the constraint "using index", or say "-- brief: why it takes a moment".')
  const validated = /^validate constraint (\w+)/.exec(action)
  if (validated && around.added.has(validated[1]!)) add(`the lock of adding ${validated[1]} is kept while every row is checked`, 'Migrations of one release run in one transaction: validate it in the next release.')
  if (/^(?:disable|set (?:logged|unlogged|tablespace|access method)|cluster)/.test(action)) add(`${table} is rewritten, or its rules are off for everybody`, 'Do it in a window of its own, not in a migration.')
  return found
}

/** What about one statement the running version could not live with. */
export function mistakesIn(statement: Statement, around: Surroundings): Mistake[] {
  const { text } = statement
  const isNew = (table: string) => around.created.has(nameOf(table))
  const [, altered] = alteredTable.exec(text) ?? []
  if (altered) return isNew(altered) ? [] : actionsOf(text).flatMap(action => mistakesInAction(nameOf(altered), action, statement, around))

  const [, kind, gone] = /^drop (table|view|materialized view|function|procedure|trigger|type|sequence|index(?: concurrently)?|schema|domain|policy|rule) (?:if exists )?([\w.]+)/.exec(text) ?? []
  if (kind && !isContracted(statement, around)) return [{ problem: `${kind} ${gone} goes while the running version may use it`, instead: `Release a version that does not use it, then drop it with "-- contract: ${gone} unused since NNNN".` }]
  if (/^alter (?:type|view|function|sequence|schema|materialized view) .*\b(?:rename|set schema)\b/.test(text) && !isContracted(statement, around)) return [{ problem: 'something gets another name, which the running version does not know', instead: 'Add the new one beside it, and drop the old one in a later release.' }]

  const [, concurrently, indexed] = /^create (?:unique )?index (concurrently )?(?:if not exists )?(?:\w+ )?on (?:only )?([\w.]+)/.exec(text) ?? []
  if (concurrently) return [{ problem: 'an index cannot be built concurrently in the transaction that migrations run in', instead: 'Build it by hand first, and let the migration say "create index if not exists" with "-- brief: built before".' }]
  if (indexed && !isNew(indexed) && !isBrief(statement)) return [{ problem: `nobody can write to ${indexed} while its index is built`, instead: 'Build it concurrently by hand first, and let the migration say "create index if not exists" with "-- brief: built before"; or say why it takes a moment.' }]

  if (/^(?:lock|truncate|cluster|vacuum|reindex|refresh materialized view (?!concurrently))\b/.test(text)) return [{ problem: 'everybody waits until it is done', instead: 'Do it apart from migrations, in steps that hold no lock for long.' }]
  const [, changed] = /^(?:update|delete from) (?:only )?([\w.]+)/.exec(text) ?? []
  if (changed && !isNew(changed) && !/ where /.test(text) && !isBrief(statement)) return [{ problem: `every row of ${changed} stays locked until the migration ends`, instead: 'Fill old rows in batches after the migration, or say "-- brief: how few they are".' }]
  return []
}

/** The table that exists already and that the statement locks against writers; null for none. */
export function lockedTable({ text }: Statement, created: ReadonlySet<string>): string | null {
  const [, table] = /^(?:alter table (?:if exists )?(?:only )?|drop table (?:if exists )?|create (?:unique )?index (?:if not exists )?(?:\w+ )?on (?:only )?|drop trigger (?:if exists )?\w+ on |create (?:or replace )?(?:constraint )?trigger .*? on )([\w.]+)/.exec(text) ?? []
  if (table) return created.has(nameOf(table)) ? null : nameOf(table)
  return /^drop index/.test(text) ? 'the index\'s table' : null
}
