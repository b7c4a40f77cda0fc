/** One shopper who keeps coming back: hurried, impatient, now and then careless, as the seed has it. */
import { setTimeout as pause } from 'node:timers/promises'
import { anAddress } from '../harness/shopper.ts'
import type { ChaosClient } from './client.ts'
import type { Outcome } from './journal.ts'
import type { Dice } from './seeded.ts'

export interface ShopperDeps {
  client: ChaosClient
  dice: Dice
  /** Web processes to choose from. */
  webs: number
  variants: readonly string[]
  running(): boolean
}

const cards = [
  { weight: 74, paymentMethod: 'pm_card_visa' },
  { weight: 5, paymentMethod: 'pm_card_mastercard' },
  { weight: 7, paymentMethod: 'pm_card_chargeDeclined' },
  { weight: 4, paymentMethod: 'pm_card_chargeDeclinedInsufficientFunds' },
  { weight: 3, paymentMethod: 'pm_card_authenticationRequired' },
  { weight: 7, paymentMethod: 'pm_usBankAccount_processing' },
]
const insistMs = 45_000

/** Shops until told to stop, then ends what is under way. */
export async function keepShopping(deps: ShopperDeps): Promise<void> {
  const { client, dice, running } = deps
  while (running()) {
    const what = dice.weigh([{ weight: 78, name: 'buy' }, { weight: 14, name: 'look' }, { weight: 8, name: 'abandon' }])
    if (what.name === 'look') await look(deps)
    else await visit(deps, what.name === 'abandon')
    if (dice.chance(0.15)) client.leave()
    await pause(dice.between(20, 250))
  }
}

const definite = (outcome: Outcome, status: number) => outcome.kind === 'answer' && outcome.status === status ? outcome.told : null

async function look({ client, dice, webs }: ShopperDeps) {
  await client.ask({ op: 'list', method: 'GET', path: `/api/products?limit=${dice.between(3, 9)}`, web: dice.between(0, webs - 1) })
  await client.ask({ op: 'read-cart', method: 'GET', path: '/api/cart', web: dice.between(0, webs - 1) })
  const list = definite(await client.ask({ op: 'read-orders', method: 'GET', path: '/api/orders', web: dice.between(0, webs - 1) }), 200)
  for (const orderId of list?.ids?.slice(0, 2) ?? []) await readOrder(client, orderId, dice.between(0, webs - 1))
}

const readOrder = (client: ChaosClient, orderId: string, web: number) => client.ask({ op: 'read-order', method: 'GET', path: `/api/orders/${orderId}`, orderId, web })

async function visit(deps: ShopperDeps, abandons: boolean) {
  const { client, dice, webs, variants } = deps
  const somewhere = () => dice.between(0, webs - 1)
  if (!client.cookie && dice.chance(0.1)) {
    await client.ask({ op: 'register', method: 'POST', path: '/api/auth/register', body: { email: `${crypto.randomUUID()}@example.com`, password: 'a long password', name: client.name }, web: somewhere() })
  }
  for (let things = dice.between(1, 2); things > 0; things--) {
    const [variantId, quantity] = [dice.pick(variants), dice.between(1, 2)]
    await client.ask({ op: 'add', method: 'POST', path: '/api/cart/items', body: { variantId, quantity }, variantId, quantity, web: somewhere() })
  }
  const checkout = definite(await client.ask({ op: 'checkout', method: 'POST', path: '/api/checkout', web: somewhere() }), 201)
  if (!checkout?.id || abandons) return
  await pause(dice.between(0, 150))
  await pay(deps, checkout.id)
}

async function pay(deps: ShopperDeps, checkoutId: string) {
  const { client, dice, webs } = deps
  const key = crypto.randomUUID()
  const { paymentMethod } = dice.weigh(cards)
  const email = `${client.name}@example.com`
  const send = (web: number, other?: string) => client.ask({
    op: other ? 'pay-other-body' : 'pay',
    method: 'POST',
    path: '/api/orders',
    body: { checkoutId, email: other ?? email, address: anAddress, shippingMethod: 'standard', paymentMethod },
    key, checkoutId, paymentMethod, web,
  })
  const home = dice.between(0, webs - 1)
  const [impatient, careless, walksAway] = [dice.chance(0.12), dice.chance(0.06), dice.chance(0.08)]
  let [outcome] = await Promise.all([send(home), ...(impatient ? [send((home + 1) % webs)] : [])])
  const until = performance.now() + insistMs
  for (let attempt = 1; !walksAway && isOpen(outcome) && performance.now() < until; attempt++) {
    await pause(dice.between(150, 600))
    outcome = await send((home + attempt) % webs)
  }
  if (careless) await send(home, `other-${email}`)
  const order = definite(outcome!, 201) ?? definite(outcome!, 202)
  if (order?.id) await after(deps, order.id)
}

/** Whether an impatient shopper asks again with the same key. */
function isOpen(outcome: Outcome | undefined): boolean {
  if (outcome?.kind !== 'answer') return true
  return outcome.status === 202 || (outcome.status === 409 && outcome.told.code === 'orders/still-running')
}

async function after({ client, dice, webs }: ShopperDeps, orderId: string) {
  const web = dice.between(0, webs - 1)
  const next = dice.weigh([{ weight: 60, name: 'go' }, { weight: 12, name: 'cancel' }, { weight: 14, name: 'follow' }, { weight: 14, name: 'read' }])
  if (next.name === 'read') await readOrder(client, orderId, web)
  if (next.name === 'follow') await client.follow(orderId, web, dice.between(500, 2_500))
  if (next.name !== 'cancel') return
  await pause(dice.between(0, 1_200))
  const attempts = dice.chance(0.2) ? 1 : 6
  for (let attempt = 0; attempt < attempts; attempt++) {
    const outcome = await client.ask({ op: 'cancel', method: 'POST', path: `/api/orders/${orderId}/cancel`, orderId, web: (web + attempt) % webs })
    if (outcome.kind === 'answer' && outcome.told.code !== 'orders/being-handed-over') return
    await pause(dice.between(300, 900))
  }
}
