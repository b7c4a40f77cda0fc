const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => entities[character] ?? character)
}

/** A whole HTML page. `title` is plain text; `body` is markup, its values already escaped. */
export function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} · sandbox</title><style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1d2420; background: #fafaf7 }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto } td, th { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid #dcdcd2; white-space: nowrap }
h1 { font-size: 1.6rem } h2 { font-size: 1.1rem; margin-top: 2rem } code, pre { font: 13px/1.5 ui-monospace, monospace } pre { background: #efefe8; padding: .8rem; overflow-x: auto }
.prose td { white-space: normal } button { font: inherit; padding: .4rem 1rem }
</style></head><body><h1>${escapeHtml(title)}</h1>${body}</body></html>`
}
