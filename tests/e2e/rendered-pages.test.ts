import { fetch, setup } from '@nuxt/test-utils/e2e'
import { describe, expect, inject, test } from 'vitest'

/** Those with a canonical address are for search engines; the others ask not to be indexed. */
const pages: [path: string, title: RegExp, canonical: boolean][] = [
  ['/', /^Monolith Supply: /, true],
  ['/categories/mugs', /^Mugs · Monolith Supply$/, true],
  ['/categories/mugs?colour=Kelp&sort=price-asc', /^Mugs · Monolith Supply$/, true],
  ['/products/tidewater-mug', /^Tidewater Mug · Monolith Supply$/, true],
  ['/products/sold-out-print', /^Sold Out Print · Monolith Supply$/, true],
  ['/about', /^About the workshop · Monolith Supply$/, true],
  ['/delivery-and-returns', /^Delivery and returns · Monolith Supply$/, true],
  ['/privacy', /^Privacy · Monolith Supply$/, true],
  ['/search', /^Search · Monolith Supply$/, false],
  ['/search?q=mug', /^“mug” · Monolith Supply$/, false],
  ['/search?q=%3Cb%3Ebold%3C%2Fb%3E', /^“<b>bold<\/b>” · Monolith Supply$/, false],
  ['/reviews/tidewater-mug', /^Reviews of Tidewater Mug · Monolith Supply$/, true],
  ['/wishlist', /^Wishlist · Monolith Supply$/, false],
  ['/goodbye', /^Goodbye · Monolith Supply$/, false],
  ['/cart', /^Basket · Monolith Supply$/, false],
  ['/checkout', /^Checkout · Monolith Supply$/, false],
  ['/login', /^Log in · Monolith Supply$/, false],
  ['/register', /^Make an account · Monolith Supply$/, false],
]

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: '\u00A0' }
const decode = (html: string) => html.replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => entities[name]!).replace(/&#(x?)([\da-f]+);/gi, (_, hex: string, code: string) => String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10)))
const textOf = (html: string) => decode(html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ').replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ')
const only = (html: string, pattern: RegExp) => {
  const found = [...html.matchAll(pattern)]
  expect(found, String(pattern)).toHaveLength(1)
  return found[0]!
}

describe('pages as the server renders them', async () => {
  await setup({ host: inject('shop').url })

  test.each(pages)('%s has its title, one heading, its landmarks, and no leftovers in its text', async (path, title, canonical) => {
    const response = await fetch(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    const html = await response.text()
    expect(only(html, /<html[^>]*>/g)[0]).toContain('lang="en"')
    expect(decode(only(html.split('</head>')[0]!, /<title>([^<]*)<\/title>/g)[1]!)).toMatch(title)
    expect(textOf(only(html, /<h1[\s>][\s\S]*?<\/h1>/g)[0]).trim()).not.toBe('')
    only(html, /<main[\s>]/g)
    only(html, /<meta name="viewport"[^>]*>/g)
    expect(only(html, /<meta name="description" content="([^"]*)"/g)[1]!.length).toBeGreaterThan(20)
    if (canonical) {
      const address = /href="([^"]*)"/.exec(only(html, /<link rel="canonical"[^>]*>/g)[0])![1]!
      expect(new URL(address).pathname + new URL(address).search).toBe(path.split('?')[0])
      expect(html).not.toContain('content="noindex"')
    }
    else {
      expect(html).not.toContain('rel="canonical"')
      only(html, /<meta name="robots" content="noindex"/g)
    }
    const text = textOf(html)
    expect(text).not.toMatch(/undefined|\[object Object\]|\bNaN\b|\bnull\b|Invalid Date|&\w+;/)
    if (!path.includes('%3C')) expect(text).not.toMatch(/<\/?\w+>/)
  })
})
