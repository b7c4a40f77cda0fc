// Replaces @unhead/vue/client in the browser (see nuxt.config.ts): the server writes the whole head with unhead itself;
// here only what a page changes while it is open is kept: the title, its template, and metas by name. The general one
// would be 8 kB of every first visit.
import type { App } from 'vue'

interface HeadInput {
  title?: string
  titleTemplate?: string | null
  meta?: { name?: string, content?: string, media?: string }[]
}
interface Entry { input: HeadInput }
interface RenderContext { shouldRender: boolean }

/** A head with the part of unhead's interface that Nuxt calls in the browser. */
export function createHead() {
  const entries = new Set<Entry>()
  const claimed = new Map<string, HTMLMetaElement>()
  const gates: ((context: RenderContext) => void)[] = []
  let asked = 0

  /** The last one that says something counts. */
  const last = <K extends keyof HeadInput>(name: K) => [...entries].findLast(({ input }) => input[name] !== undefined)?.input[name]

  function render() {
    const context = { shouldRender: true }
    for (const gate of gates) gate(context)
    if (!context.shouldRender) return
    const title = last('title')
    if (title !== undefined) document.title = last('titleTemplate')?.replace('%s', title) ?? title
    const wanted = new Map([...entries].flatMap(({ input }) => input.meta ?? []).flatMap(({ name, content, media }): [string, string][] => (name && content !== undefined && !media ? [[name, content]] : [])))
    for (const [name, content] of wanted) {
      const found = claimed.get(name) ?? document.head.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)
      const meta = found ?? document.head.appendChild(Object.assign(document.createElement('meta'), { name }))
      if (meta.content !== content) meta.content = content
      claimed.set(name, meta)
    }
    for (const [name, meta] of claimed) {
      if (wanted.has(name)) continue
      meta.remove()
      claimed.delete(name)
    }
  }
  function soon() {
    const turn = ++asked
    setTimeout(() => turn === asked && render())
  }

  const head = {
    ssr: false,
    render,
    use: () => undefined,
    hooks: { hook: (_: string, gate: (context: RenderContext) => void) => gates.push(gate) },
    push(input: HeadInput) {
      const entry: Entry = { input }
      entries.add(entry)
      soon()
      return {
        patch(changed: HeadInput) {
          entry.input = changed
          soon()
        },
        dispose() {
          entries.delete(entry)
          soon()
        },
      }
    },
    install(app: App) {
      app.provide('usehead', head)
    },
  }
  return head
}
