import { html, problem, route, json } from '../http.ts'
import type { Answer, Call, Route } from '../http.ts'
import { escapeHtml, page } from '../page.ts'
import { answerChallenge } from './confirm.ts'
import { GatewayError } from './errors.ts'
import { findIntent } from './intents.ts'
import type { Gateway } from './gateway.ts'
import { readLedger } from './ledger.ts'

interface Context { call: Call, gateway: Gateway }

/** What the gateway shows outside of its API: the ledger for people and reconcilers, and the bank's challenge page. */
export const paymentPages: Route<Context>[] = [
  route('GET', '/ledger', ({ call, gateway }) => json(200, readLedger(gateway.store, {
    orderId: call.query.get('orderId') ?? undefined,
    intent: call.query.get('intent') ?? undefined,
    after: Number(call.query.get('after') ?? 0) || 0,
  }))),
  route('GET', '/ledger.html', ({ gateway }) => html(ledgerPage(gateway))),
  route('GET', '/3ds/:id', ({ gateway }, { id = '' }) => orProblem(() => html(challengePage(gateway, id)))),
  route('POST', '/3ds/:id', ({ call, gateway }, { id = '' }) => orProblem(() => answered(gateway, id, call))),
]

const shownRows = 200

function ledgerPage(gateway: Gateway): string {
  const { rows, intents, balances } = readLedger(gateway.store)
  const money = (minor: number, currency: string) => escapeHtml(`${(minor / 100).toFixed(2)} ${currency.toUpperCase()}`)
  const cells = (values: string[]) => `<tr>${values.map(value => `<td>${value}</td>`).join('')}</tr>`
  const balanceRows = Object.entries(balances).map(([name, minor]) => {
    const [account = '', currency = ''] = name.split(' ')
    return cells([escapeHtml(account), money(minor, currency)])
  })
  const intentRows = intents.slice(-shownRows).reverse().map(sums => cells([
    escapeHtml(sums.intent), escapeHtml(sums.orderId ?? '–'), escapeHtml(sums.status ?? ''),
    ...[sums.authorisedMinor, sums.heldMinor, sums.capturedMinor, sums.refundedMinor, sums.netMinor].map(minor => money(minor, sums.currency)),
  ]))
  const ledgerRows = rows.slice(-shownRows).reverse().map(row => cells([
    String(row.seq), escapeHtml(row.at), row.type, money(row.amountMinor, row.currency), escapeHtml(row.debit), escapeHtml(row.credit), escapeHtml(row.orderId ?? '–'),
  ]))
  return page('Payment ledger', `
    <p>${rows.length} rows over ${intents.length} payment intents; the newest ${shownRows} of each are shown. All of it as JSON: <a href="/ledger">/ledger</a>.</p>
    <h2>Balances</h2><table><tr><th>account<th>balance</tr>${balanceRows.join('')}</table>
    <h2>Payment intents</h2><table><tr><th>intent<th>order<th>status<th>authorised<th>held<th>captured<th>refunded<th>net</tr>${intentRows.join('')}</table>
    <h2>Rows</h2><table><tr><th>#<th>at<th>type<th>amount<th>from<th>to<th>order</tr>${ledgerRows.join('')}</table>`)
}

function challengePage(gateway: Gateway, id: string): string {
  const intent = findIntent(gateway, id, 404)
  if (intent.status !== 'requires_action') return page('Your bank', `<p>Nothing to confirm: this payment is <b>${escapeHtml(intent.status)}</b>.</p>`)
  return page('Your bank', `
    <p>A shop asks for ${(intent.amount / 100).toFixed(2)} ${escapeHtml(intent.currency.toUpperCase())}. Is it you?</p>
    <form method="post"><button name="outcome" value="approve">Approve</button> <button name="outcome" value="refuse">Refuse</button></form>`)
}

function answered(gateway: Gateway, id: string, call: Call): Answer {
  const intent = findIntent(gateway, id, 404)
  const approved = new URLSearchParams(call.raw).get('outcome') === 'approve'
  const returnUrl = intent.next_action?.redirect_to_url.return_url
  const outcome = gateway.store.commit(() => answerChallenge(gateway.newWork(), intent, approved))
  if (!returnUrl) return html(page('Your bank', `<p>This payment is now <b>${escapeHtml(outcome.intent.status)}</b>. You can close this page.</p>`))
  const target = new URL(returnUrl)
  target.searchParams.set('payment_intent', intent.id)
  return { status: 303, headers: { location: target.href }, body: '' }
}

function orProblem(handle: () => Answer): Answer {
  try {
    return handle()
  }
  catch (error) {
    if (error instanceof GatewayError) return problem(error.status, `sandbox/${error.body.code ?? 'refused'}`, error.message)
    throw error
  }
}
