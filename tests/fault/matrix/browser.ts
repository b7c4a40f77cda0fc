/** A browser without JavaScript, which also asks the API for what a page's scripts would; it looks at the clock. */
export interface Got {
  /** 0 when no answer came. */
  status: number
  html: string
  headers: Headers
  tookMs: number
}

/** How long a balancer waits for an instance before it asks the next one. */
const balancerMs = 1_000
let addresses = 0

export class PlainBrowser {
  cookie = ''
  /** The instances, in the order in which a balancer would try them. */
  bases: readonly string[]
  /** Each has an address of its own, so that a limit that one meets is no other's. */
  readonly address: string

  constructor(bases: readonly string[]) {
    this.bases = bases
    addresses += 1
    this.address = `10.${addresses >> 16 & 255}.${addresses >> 8 & 255}.${addresses & 255}`
  }

  private async once(base: string, method: string, path: string, { body, headers = {} }: { body?: string | URLSearchParams, headers?: Record<string, string> }, patienceMs: number): Promise<Got> {
    const from = performance.now()
    const tookMs = () => Math.round(performance.now() - from)
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        body,
        redirect: 'manual',
        headers: { 'accept': 'text/html', 'x-forwarded-for': this.address, ...(this.cookie && { cookie: this.cookie }), ...headers },
        signal: AbortSignal.timeout(patienceMs),
      })
      const html = await response.text()
      for (const set of response.headers.getSetCookie()) {
        const pair = set.split(';')[0]!
        this.cookie = pair.endsWith('=') ? '' : pair
      }
      return { status: response.status, html, headers: response.headers, tookMs: tookMs() }
    }
    catch (error) {
      return { status: 0, html: String(error), headers: new Headers(), tookMs: tookMs() }
    }
  }

  /** Goes to the next instance when one gives no answer; its time is that of all tries. */
  private async ask(method: string, path: string, request: { body?: string | URLSearchParams, headers?: Record<string, string> } = {}): Promise<Got> {
    let spentMs = 0
    for (const [index, base] of this.bases.entries()) {
      const last = index === this.bases.length - 1
      const got = await this.once(base, method, path, request, last ? 12_000 : balancerMs)
      // That our own clock was late to give up is none of the shop's doing.
      spentMs += got.status === 0 && !last ? Math.min(got.tookMs, balancerMs) : got.tookMs
      if (got.status !== 0 || last) return { ...got, tookMs: spentMs }
    }
    throw new Error('there is no instance to ask')
  }

  get(path: string) {
    return this.ask('GET', path)
  }

  form(path: string, fields: Record<string, string>, from: string) {
    return this.ask('POST', path, { body: new URLSearchParams(fields), headers: { 'referer': `${this.bases.at(-1)}${from}`, 'sec-fetch-site': 'same-origin' } })
  }

  json(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return this.ask(method, path, { body: body === undefined ? undefined : JSON.stringify(body), headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers } })
  }
}
