/** Goods to fight over, and shoppers who do. */
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'
import { product, seedFixtures } from '../harness/fixtures.ts'
import { saveProduct } from '../../server/products/index.ts'
import { chaosClient } from './client.ts'
import type { Journal } from './journal.ts'
import { dice } from './seeded.ts'
import { keepShopping } from './shopper.ts'

const goods = Array.from({ length: 7 }, (_, index) => product(`chaos-${index}`, { priceMinor: 900 + index * 350, stock: 6, colours: ['Salt', 'Kelp'] }))
const flash = product('chaos-flash', { priceMinor: 7_700, stock: 25, colours: ['Salt'] })

/** Little stock of many things, and one thing that is never stocked again. */
export async function seedChaos(database: Database): Promise<void> {
  await seedFixtures(database)
  for (const one of [...goods, flash]) await database.write(tx => saveProduct(tx, one))
}

/** The variants on sale; what is popular stands there more than once. */
export async function variantsOf(database: Database): Promise<{ all: string[], restockable: string[] }> {
  const { rows } = await database.fresh(db => db.execute<{ id: string, slug: string }>(sql`
    select v.id, p.slug from variants v join products p on p.id = v.product_id where p.slug like 'chaos-%' order by v.sku`))
  const restockable = rows.filter(row => row.slug !== flash.slug).map(row => row.id)
  return { all: [...restockable, ...restockable.slice(0, 4), ...rows.filter(row => row.slug === flash.slug).map(row => row.id)], restockable }
}

/** Lets `count` shoppers loose until told to stop; resolves when the last one has gone. */
export async function rush({ count, seed, urls, journal, variants, running }: { count: number, seed: string, urls: readonly string[], journal: Journal, variants: readonly string[], running(): boolean }) {
  await Promise.all(Array.from({ length: count }, (_, index) => keepShopping({
    client: chaosClient({ name: `shopper-${index}-${seed}`, urls, journal }),
    dice: dice(`${seed}/shopper-${index}`),
    webs: urls.length,
    variants,
    running,
  })))
}

/** A delivery for whatever has run low; one that a fault swallows is made up for at the next look at the shelves. */
export async function keepStocked(database: Pick<Database, 'write'>, variants: readonly string[], running: () => boolean): Promise<void> {
  for (let delivery = 1; running(); delivery++) {
    const reference = `chaos-delivery-${delivery}`
    await database.write(tx => tx.execute(sql`
      with low as (select variant_id from stock where variant_id = any(${sql.param(variants)}::uuid[]) and on_hand < 2 order by 1 for update),
      booked as (insert into stock_movements (variant_id, kind, quantity, reference) select variant_id, 'received', 6, ${reference} from low on conflict do nothing returning variant_id)
      update stock set on_hand = on_hand + 6, received = received + 6 where variant_id in (select variant_id from booked)`)).catch(() => {})
    await pause(1_500)
  }
}
