import { knobSchemas, serviceNames } from './faults/knobs.ts'
import type { Faults } from './faults/registry.ts'
import { escapeHtml, page } from './page.ts'

/** The page at `/`: what the sandbox plays, and how to break it. */
export function indexPage(faults: Faults, port: number): string {
  const services = serviceNames.map((name) => {
    const knobs = Object.entries(knobSchemas[name].shape).map(([knob, schema]) =>
      `<tr><td><code>${knob}</code><td>${escapeHtml(describe(schema))}</tr>`)
    return `<h2>${name}</h2><p>Set now: <code>${escapeHtml(JSON.stringify(faults.get(name)))}</code></p><table class="prose">${knobs.join('')}</table>`
  })
  return page('The outside world', `
    <p>What a shop depends on and does not own, played on this machine. No money moves.</p>
    <ul>
      <li>Payments, Stripe's API under <code>/v1</code> · <a href="/ledger.html">ledger</a> · <a href="/ledger">ledger as JSON</a></li>
      <li>Carrier: <code>POST /carrier/shipments</code>, <a href="/carrier/shipments">shipments</a></li>
      <li>Recommendations: <code>GET /recommendations?slug=&amp;limit=</code>, fed by <code>PUT /recommendations/catalogue</code></li>
      <li>What was before: <code>POST /history</code> with payments and parcels of earlier times</li>
      <li><a href="/health">Health</a> · <a href="/faults">knobs as JSON</a></li>
    </ul>
    <p>Turn a knob; <code>PUT</code> replaces all knobs of the service, <code>DELETE</code> heals it:</p>
    <pre>curl -X PUT 127.0.0.1:${port}/faults/payments -d '{"hang":true,"only":"capture"}'
curl -X DELETE 127.0.0.1:${port}/faults/payments</pre>${services.join('')}`)
}

function describe(schema: { description?: string, def: { innerType?: { description?: string } } }): string {
  return schema.description ?? schema.def.innerType?.description ?? ''
}
