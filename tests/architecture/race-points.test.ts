import { describe, expect, it } from 'vitest'
import { filesBelow, read } from './source-files.ts'

const definition = read('server/platform/race-points.ts')
const points = [...definition.slice(definition.indexOf('export type RacePoint'), definition.indexOf('const rivals')).matchAll(/^.*\|.*$|^ {2}= .*$/gm)].flatMap(line => [...line[0].matchAll(/'([a-z-]+)'/g)].map(match => match[1]!))
const files = filesBelow('server', '.ts').filter(file => file !== 'server/platform/race-points.ts')
const callsOf = (file: string) => [...read(file).matchAll(/await racePoint\('([a-z-]+)'\)/g)].map(match => match[1]!)

/** The code that the words beside each point speak of. */
const places: Record<string, { file: string, before: RegExp, after: RegExp }> = {
  'password-verified': { file: 'server/auth/sign-in.ts', before: /verifyPassword\(/, after: /passwordIsStill\(/ },
  'cart-priced': { file: 'server/orders/start-checkout.ts', before: /priceCart\(tx, ownerId\)/, after: /holdStock\(/ },
  'stock-held': { file: 'server/orders/start-checkout.ts', before: /holdStock\(/, after: /return checkoutView/ },
  'order-claimed': { file: 'server/orders/place-order.ts', before: /recordStep\(tx/, after: /return true/ },
  'order-committed': { file: 'server/orders/place-order.ts', before: /async function finish/, after: /settlePayment\(/ },
  'order-settled': { file: 'server/orders/place-order.ts', before: /settlePayment\(deps, orderId/, after: /keepAnswer\(/ },
  'intent-created': { file: 'server/payments/advance-payment.ts', before: /gateway\.create\(/, after: /gateway\.confirm\(/ },
  'payment-confirmed': { file: 'server/payments/advance-payment.ts', before: /gateway\.confirm\(/, after: /gateway\.capture\(/ },
  'payment-captured': { file: 'server/payments/advance-payment.ts', before: /gateway\.capture\(/, after: /\n/ },
  'refund-sent': { file: 'server/orders/subscribers.ts', before: /gateway\.refund\(/, after: /completeRefund\(tx/ },
  'outcome-applied': { file: 'server/orders/settle-payment.ts', before: /changeStatus\(tx, orderId, 'paid'/, after: /changeStatus\(tx, orderId, 'payment-failed'/ },
  'events-published': { file: 'server/platform/outbox/relay.ts', before: /await publish\(/, after: /await mark\w*\(/ },
  'effect-applied': { file: 'server/platform/outbox/subscriber.ts', before: /subscriber\.apply\(/, after: /subscriber\.after/ },
  'effect-committed': { file: 'server/platform/outbox/subscriber.ts', before: /subscriber\.apply\(/, after: /subscriber\.after/ },
  'effect-completed': { file: 'server/platform/outbox/subscriber.ts', before: /subscriber\.after/, after: /return/ },
  'mail-sent': { file: 'server/notifications/send-mail.ts', before: /await mailer\(/, after: /sentAt: sql/ },
}

describe('race points', () => {
  it('are found, and each has a place that is known here', () => {
    expect(points.length).toBeGreaterThanOrEqual(15)
    expect(points.toSorted()).toEqual(Object.keys(places).toSorted())
  })

  it('are each in one place, and there is none without a name', () => {
    expect(files.flatMap(callsOf).toSorted()).toEqual(points.toSorted())
    expect(files.filter(file => (read(file).match(/\bracePoint\(/g) ?? []).length !== callsOf(file).length)).toEqual([])
  })

  it.each(Object.entries(places))('%s: is where its words say', (point, { file, before, after }) => {
    const [above, below] = read(file).split(`await racePoint('${point}')`)
    expect(above).toMatch(before)
    expect(below).toMatch(after)
  })

  it('each have a test with a rival or a death there', () => {
    const tests = filesBelow('tests', '.test.ts').filter(file => !file.startsWith('tests/architecture/')).map(read).filter(text => /\b(?:onceAt|dyingAt|atRacePoint)\(/.test(text))
    expect(points.filter(point => !tests.some(text => text.includes(`'${point}'`)))).toEqual([])
  })
})
