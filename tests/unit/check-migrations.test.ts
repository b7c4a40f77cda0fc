import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { checkMigrations, lastBeforeRelease } from '../../scripts/ops/check-migrations.ts'
import { statementsOf } from '../../scripts/ops/sql-statements.ts'

const patient = 'set local lock_timeout = \'3s\';\n'
const check = (sql: string, earlier = '') => checkMigrations([{ name: '0007_before.sql', text: earlier }, { name: '0008_now.sql', text: patient + sql }], { after: 7 })

describe('a migration that the running version cannot live with', () => {
  it.each([
    ['drops a table', 'drop table carts', /carts goes/],
    ['drops a column', 'alter table orders drop column note', /orders\.note goes/],
    ['drops a column, shortly said', 'ALTER TABLE "orders" DROP "note"', /orders\.note goes/],
    ['drops one of two things in one statement', 'alter table orders add column a int, drop column note', /orders\.note goes/],
    ['drops with a marker that says nothing', '-- contract: it is old\nalter table orders drop column note', /orders\.note goes/],
    ['drops what this very migration has replaced', '-- contract: orders.note unused since 0008\nalter table orders drop column note', /orders\.note goes/],
    ['renames a column', 'alter table orders rename column note to remark', /another name/],
    ['renames a table', 'alter table orders rename to purchases', /another name/],
    ['drops a function', 'drop function hold_stock(uuid)', /function hold_stock/],
    ['drops a default', 'alter table orders alter column note drop default', /insert into orders without/],
    ['adds a column that must be filled', 'alter table orders add column note text not null', /cannot fill/],
    ['adds such a column without the word', 'alter table orders add note text not null', /cannot fill/],
    ['makes a column not null', 'alter table orders alter column note set not null', /still write null/],
    ['adds a value for each row', 'alter table orders add column token uuid not null default gen_random_uuid()', /written anew/],
    ['adds a number for each row', 'alter table orders add column place bigserial', /written anew/],
    ['adds a stored column', 'alter table orders add column twice int generated always as (total_minor * 2) stored', /written anew/],
    ['changes a type', 'alter table orders alter column number type bigint', /rewritten/],
    ['builds an index', 'create index orders_note on orders (note)', /nobody can write to orders/],
    ['builds a unique index', 'create unique index if not exists orders_note on orders using btree (note)', /nobody can write to orders/],
    ['builds an index where that is not possible', 'create index concurrently orders_note on orders (note)', /concurrently/],
    ['adds a foreign key that is checked at once', 'alter table orders add constraint o foreign key (owner_id) references users (id)', /checked under a lock/],
    ['adds a check that is checked at once', 'alter table orders add constraint positive check (total_minor >= 0)', /checked under a lock/],
    ['adds a check and validates it under the same lock', 'alter table orders add constraint positive check (total_minor >= 0) not valid; alter table orders validate constraint positive', /lock of adding positive/],
    ['adds a unique constraint', 'alter table orders add constraint once unique (number)', /index on orders/],
    ['updates every row', 'update orders set note = \'\'', /every row of orders/],
    ['deletes every row', 'delete from sales_daily', /every row of sales_daily/],
    ['locks a table', 'lock table orders', /everybody waits/],
    ['empties a table', 'truncate sales_daily', /everybody waits/],
  ])('%s', (_, sql, problem) => {
    const found = check(sql)
    expect(found.map(one => one.problem)).toEqual([expect.stringMatching(problem)])
    expect(found[0]).toMatchObject({ migration: '0008_now.sql', instead: expect.stringMatching(/\w{3,}/) })
  })

  it.each([
    ['says nothing of how long it waits', 'alter table orders add column note text'],
    ['waits for ever', 'set local lock_timeout = 0; alter table orders add column note text'],
    ['waits too long', 'set local lock_timeout = \'5min\'; alter table orders add column note text'],
    ['says it too late', 'alter table orders add column note text; set local lock_timeout = \'3s\''],
  ])('%s', (_, text) => expect(checkMigrations([{ name: '0008_now.sql', text }])).toMatchObject([{ problem: expect.stringContaining('without an end') }]))

  it('is named with its line', () => expect(check('create table a (id int);\n\nselect 1;\ndrop table carts')).toMatchObject([{ line: 5 }]))
})

describe('a migration that both versions can live with', () => {
  it.each([
    ['adds a table with its indexes and keys', 'create table notes (id int primary key, order_id uuid references orders (id)); create index notes_order on notes (order_id); alter table notes add constraint c check (id > 0)'],
    ['adds a column that may be empty', 'alter table orders add column note text'],
    ['adds a column with a constant', 'alter table orders add column gift boolean not null default false'],
    ['adds a column with the time of the migration', 'alter table orders add column seen_at timestamptz not null default now()'],
    ['loosens', 'alter table orders alter column note drop not null; alter table orders drop constraint positive'],
    ['adds a check for new rows', 'alter table orders add constraint positive check (total_minor >= 0) not valid'],
    ['adds a foreign key for new rows', 'alter table orders add constraint o foreign key (owner_id) references users (id) not valid'],
    ['adds a unique constraint on an index that is there', 'alter table orders add constraint once unique using index orders_number'],
    ['builds an index in a moment', '-- brief: built before, with create index concurrently\ncreate index if not exists orders_note on orders (note)'],
    ['replaces a function', 'create or replace function f() returns void language plpgsql as $$ begin drop table carts; delete from orders; end $$'],
    ['drops what nobody uses any more', '-- contract: orders.note unused since 0007\nalter table orders drop column note'],
    ['drops a table that nobody uses any more', '-- contract: carts unused since migration 0005\ndrop table carts'],
    ['updates some rows', 'update orders set note = null where note = \'\''],
    ['only speaks of it', '-- drop table orders;\nselect \'drop table orders; truncate orders\''],
  ])('%s', (_, sql) => expect(check(sql)).toEqual([]))

  it('makes a column not null that was validated before', () => {
    expect(check('alter table orders alter column note set not null', 'alter table orders add constraint note_there check (note is not null) not valid; alter table orders validate constraint note_there;')).toEqual([])
  })
  it('makes a column not null that has a default', () => {
    expect(check('alter table orders alter column note set not null', 'alter table orders alter column note set default \'\';')).toEqual([])
  })
  it('validates what an earlier one has added', () => {
    expect(check('alter table orders validate constraint positive', 'alter table orders add constraint positive check (total_minor >= 0) not valid;')).toEqual([])
  })
  it('touches nothing that exists, and needs no timeout', () => {
    expect(checkMigrations([{ name: '0008_now.sql', text: 'create table a (id int); create index on a (id); insert into a values (1)' }])).toEqual([])
  })
})

test('statements end where Postgres ends them', () => {
  const found = statementsOf('-- one; two\nselect \';\' as "a;b", $x$ ; $$ ; $x$; /* ; */ select 1 /* in */ ; ;\nselect 2 -- last')
  expect(found.map(one => one.text)).toEqual(['select \';\' as a;b, $body$', 'select 1', 'select 2'])
  expect(found.map(one => one.line)).toEqual([2, 2, 3])
  expect(found.map(one => one.comments)).toEqual([['one; two'], [';', 'in'], ['last']])
})

describe('the shop\'s own migrations', () => {
  const folder = fileURLToPath(new URL('../../drizzle', import.meta.url))
  const migrations = readdirSync(folder).filter(name => name.endsWith('.sql')).map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

  it('can be lived with by the version before each', () => expect(checkMigrations(migrations)).toEqual([]))
  it('are read: those before the first release would not all pass', () => {
    expect(migrations.length).toBeGreaterThan(lastBeforeRelease)
    expect(checkMigrations(migrations, { after: 0 }).length).toBeGreaterThan(3)
  })
})
