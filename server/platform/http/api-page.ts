import { createHash } from 'node:crypto'
import type { JsonSchema, OpenApiDocument, Operation, SchemaParts } from './openapi.ts'

const style = `
:root { color-scheme: light dark; --line: light-dark(#d8d3c8, #3a3833); --soft: light-dark(#6a655b, #a8a295); --tint: light-dark(#f4f0e8, #211f1c) }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 58rem; margin: 0 auto; padding: 2rem 1rem 6rem; background: light-dark(#fffdf8, #171613); color: light-dark(#24211c, #ece7dc) }
h1 { font-size: 1.9rem; line-height: 1.2 } h2 { margin: 3rem 0 .25rem; padding-top: 1rem; border-top: 1px solid var(--line) }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none } a { color: inherit }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0 } details[open] { padding-bottom: .75rem }
summary { padding: .6rem .8rem; cursor: pointer; display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: .1rem .5rem }
summary span { grid-column: 2; color: var(--soft) } summary code { overflow-wrap: anywhere }
.get, .post, .patch, .delete { font-weight: 700; font-size: .8rem; letter-spacing: .04em; align-self: center } .post { color: light-dark(#186b3f, #7fd6a4) } .patch { color: light-dark(#8a5a00, #e7bd6b) } .delete { color: light-dark(#a3271c, #f39b90) }
.in { padding: 0 .8rem } h3 { font-size: .95rem; margin: 1rem 0 .25rem } p { margin: .4rem 0 }
table { border-collapse: collapse; width: 100%; font-size: .92rem } td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line) } th { white-space: nowrap; font-weight: 600 }
pre { background: var(--tint); padding: .7rem; border-radius: .4rem; overflow-x: auto; font-size: .82rem; line-height: 1.45; margin: .3rem 0 } code { font-family: ui-monospace, monospace; font-size: .92em }
`

/** Nothing is loaded and nothing runs; of styles, this page's own and no other. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }
const escape = (text: unknown) => String(text).replaceAll(/[&<>"']/g, sign => entities[sign]!)
/** Text with `code` in backticks. */
const words = (text: string) => escape(text).replaceAll(/`([^`]*)`/g, '<code>$1</code>')

/** From, to, or nothing where every safe integer will do. */
function range(from?: number, to?: number): string {
  const [low, high] = [from !== undefined && from > Number.MIN_SAFE_INTEGER, to !== undefined && to < Number.MAX_SAFE_INTEGER]
  return low && high ? ` ${from}–${to}` : low ? ` ≥ ${from}` : high ? ` ≤ ${to}` : ''
}

/** A schema in a line or a few, as one would write the type by hand. */
function typeOf(schema: JsonSchema, indent = ''): string {
  const { $ref, type, properties, items, anyOf, required = [], additionalProperties, format, pattern, minimum, maximum, minLength, maxLength } = schema as SchemaParts
  if ($ref) return $ref.split('/').at(-1)!
  if (anyOf) return anyOf.map(one => typeOf(one, indent)).join(' | ')
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map(one => JSON.stringify(one)).join(' | ')
  if (type === 'array') return `[${items ? typeOf(items, indent) : ''}]`
  if (properties) {
    const deeper = `${indent}  `
    return `{\n${Object.entries(properties).map(([name, one]) => `${deeper}${name}${required.includes(name) ? '' : '?'}: ${typeOf(one, deeper)}`).join('\n')}\n${indent}}`
  }
  if (type === 'object') return typeof additionalProperties === 'object' ? `{ [name]: ${typeOf(additionalProperties, indent)} }` : '{ … }'
  return `${[type ?? 'anything'].flat().join(' | ')}${format ? ` (${format})` : pattern ? ` /${pattern}/` : ''}${range(minimum, maximum)}${range(minLength, maxLength)}`
}

const block = (schema: JsonSchema) => `<pre>${escape(typeOf(schema))}</pre>`

function operationHtml(method: string, path: string, { 'operationId': anchor, summary, description, parameters, requestBody, responses, 'x-problems': problems, 'x-rate-limit': limit }: Operation): string {
  const rows = parameters.map(({ name, in: where, required, description: about = '', schema }) => `<tr><th><code>${escape(name)}</code></th><td>${where}${required ? ', required' : ''}</td><td><code>${escape(typeOf(schema))}</code> ${words(about)}</td></tr>`).join('')
  const body = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => `<h3>Body, ${type}</h3>${block(schema)}`).join('')
  const answers = Object.entries(responses).map(([status, one]) => {
    const said = Object.entries(one.content ?? {}).filter(([type]) => type !== 'application/problem+json').map(([type, { schema }]) => `${escape(type)}${block(schema)}`).join('')
    return `<tr><th>${status}</th><td>${problems[status] && !said ? words(one.description) : `${words(one.description)}<br>${said}`}</td></tr>`
  }).join('')
  return `<details id="${escape(anchor)}"><summary><b class="${method}">${method.toUpperCase()}</b><code>${escape(path)}</code><span>${escape(summary)}</span></summary><div class="in">
<p>${words(description)}${limit ? ` At most ${limit.quota} in ${limit.windowS} s for one address (<code>${escape(limit.policy)}</code>).` : ''}</p>
${rows && `<h3>Parameters</h3><table>${rows}</table>`}${body}<h3>Answers</h3><table>${answers}</table></div></details>`
}

/** The document as a page, and the policy that the page needs. */
export function renderApiPage({ info, tags, paths, components }: OpenApiDocument): { html: string, policy: string } {
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
  const sections = tags.map(({ name, description }) => `<h2 id="${escape(name)}">${escape(name)}</h2><p>${escape(description)}</p>
${operations.filter(({ operation }) => operation.tags.includes(name)).map(({ method, path, operation }) => operationHtml(method, path, operation)).join('\n')}`).join('\n')
  const schemas = Object.entries(components.schemas).map(([name, schema]) => `<details id="schema-${escape(name)}"><summary><b>type</b><code>${escape(name)}</code></summary><div class="in">${block(schema)}</div></details>`).join('\n')
  const html = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(info.title)}: the API</title><style>${style}</style></head>
<body><header><h1>${escape(info.title)}: the API</h1><p>${words(info.description)}</p><p>The same for programs: <a href="/api/openapi.json">/api/openapi.json</a>, version ${escape(info.version)}.</p></header>
<nav aria-label="Domains"><ul>${[...tags.map(tag => tag.name), 'schemas'].map(name => `<li><a href="#${escape(name)}">${escape(name)}</a></li>`).join('')}</ul></nav>
<main>${sections}<h2 id="schemas">schemas</h2><p>What several routes answer with.</p>${schemas}</main></body></html>`
  return { html, policy }
}
