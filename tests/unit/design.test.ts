import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { contrast, pairs, readThemes, readTokens } from '../../design/tokens.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(root + file, 'utf8')
const css = read('assets/main.css')
const { light, dark } = readThemes(css)

describe('the colours', () => {
  it('are read from the style sheet, each in both themes', () => {
    expect(Object.keys(light).length).toBeGreaterThanOrEqual(12)
    expect(Object.keys(dark)).toEqual(Object.keys(light))
    expect(dark.paper).not.toBe(light.paper)
    expect(contrast('#000000', '#ffffff')).toBe(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  })

  it.each(pairs.flatMap(pair => [['light', light, pair], ['dark', dark, pair]] as const))('in %s: text and edges stand out as much as their use asks for', (_, theme, { front, back, least, use }) => {
    expect(theme[front], front).toBeDefined()
    expect(theme[back], back).toBeDefined()
    expect(contrast(theme[front]!, theme[back]!), `${use}: ${front} on ${back}`).toBeGreaterThanOrEqual(least)
  })

  it('are all in a pair, lines and pictures’ grounds aside', () => {
    const documented = new Set(pairs.flatMap(({ front, back }) => [front, back]))
    expect(Object.keys(light).filter(name => !documented.has(name))).toEqual(['line'])
  })

  it('are the ones that components use: none has a colour of its own', () => {
    const files = ['components', 'pages', 'layouts'].flatMap(folder => readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.vue')).map(file => `${folder}/${file}`))
    expect(files.length).toBeGreaterThan(50)
    // The mark keeps its amber on every ground.
    expect(files.filter(file => file !== 'components/BrandMark.vue' && /\[#[0-9a-f]{3,8}\]|(?:fill|stroke|color|background)[=:]\s*"?#[0-9a-f]{3,8}/i.test(read(file)))).toEqual([])
  })

  it('come with a scale of type and of time', () => {
    expect(readTokens(css, 'text-').map(([name]) => name)).toEqual(expect.arrayContaining(['text-sm', 'text-title-1', 'text-hero']))
    expect(readTokens(css, 'duration-').length).toBeGreaterThanOrEqual(3)
  })
})

/** What /design cannot show on its own, and why. */
const elsewhere: readonly [which: RegExp, why: string][] = [
  [/^(?:Account|Admin|ChangePassword|CredentialForm|DeadLetter|Desk(?:Actions|Notes|Queue|Refund|Refusal|Timeline)|InvariantList|Promo|ReviewForm)/, 'a form or table of one page that acts on somebody’s own data'],
  [/^(?:Checkout(?:Card|Delivery|Details|Form|Stripe)|OrderCancel|OrderReorder|OrderReturns|ReturnForm|BuyForm|SavedAddresses)$/, 'acts on an order, a hold or the basket as soon as it is there'],
  [/^RecentlyViewed$/, 'shows what this browser has kept of its own visitor'],
  [/^(?:CartContents|CartDrawer|CartTotals)$/, 'shows the visitor’s own basket; its lines are on the page'],
  [/^(?:SiteHeader|SiteFooter|OfflineNote|SpokenLine)$/, 'around every page, so around that one too'],
  [/^(?:WordPage|ErrorPage|HomeHero|OrderConfirmation)$/, 'a whole page with the one heading that a page has'],
  [/^(?:ProductListing|AlsoGood)$/, 'fetches what the grid, filters and chips on the page then show'],
  [/^CategoryField$/, 'fetches the categories; a choice like it is on the page'],
  [/^ProblemNotice$/, 'a notice, which is on it, with the problem that the address names'],
  [/^FieldFrame$/, 'around every field'],
  [/^AddressFields$/, 'the fields of the address form, which is on it'],
  [/^ShopPicture$/, 'within every tile'],
]

describe('the page of the design', () => {
  const components = readdirSync(`${root}components`, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.vue')).map(file => file.replace(/^.*\//, '').replace('.vue', ''))
  const page = readdirSync(`${root}design`).filter(file => file.endsWith('.vue')).map(file => read(`design/${file}`)).join('\n')

  test.each(components)('%s is on it, or there is a reason', (name) => {
    const shown = new RegExp(`<(?:Lazy)?${name}[\\s>]`).test(page)
    const reason = elsewhere.find(([which]) => which.test(name))?.[1]
    expect(shown || reason, `${name}: show its states in design/*.vue`).toBeTruthy()
  })

  it('makes no exception for what is gone', () => {
    const unused = elsewhere.filter(([which]) => !components.some(name => which.test(name)))
    expect(unused.map(([which]) => String(which))).toEqual([])
  })
})
