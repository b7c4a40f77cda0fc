import axe from 'axe-core'
import { afterAll, describe, expect, test } from 'vitest'
import { axeFindings, colourRules } from '../harness/axe.ts'
import { testBrowser } from '../harness/browser.ts'
import { runningShop } from '../harness/running-shop.ts'
import { enterAs } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const widths = [1440, 360]
const forGuests = [
  '/login', '/login?problem=auth/too-many-tries', '/register', '/forgot', '/forgot?sent=1',
  `/reset?token=${'a'.repeat(43)}&problem=auth/password-common`, '/reset',
]

describe('axe finds nothing, narrow or wide, light or dark,', () => {
  test.each([['without an account', forGuests], ['with one', ['/account', '/account/orders']]] as const)('on the pages of an account, %s', async (who, paths) => {
    const page = await browser.open({ expected: [/ 422 /] })
    if (who === 'with one') await enterAs(page, await shop.registered())
    const found: string[] = []
    for (const path of paths) {
      await page.goto(path)
      expect(new URL(page.url()).pathname).toBe(path.split('?')[0])
      found.push(...(await axeFindings(page, { widths })).map(line => `${path} ${line}`))
    }
    expect(found).toEqual([])
  }, 120_000)
})

describe('axe’s looks', () => {
  test('find what is wrong in the dark alone, and what is wrong on a phone alone', async () => {
    const page = await browser.open()
    await page.setContent(`<!doctype html><html lang="en"><head><title>Faults</title><style>
      body { color: #000; background: #fff }
      button { display: none }
      @media (prefers-color-scheme: dark) { p { color: #999 } }
      @media (max-width: 640px) { button { display: block } }
    </style></head><body><main><h1>Faults</h1><p>Too pale in the dark</p><button></button></main></body></html>`)
    const found = await axeFindings(page, { widths })
    expect(found.map(line => line.split(':')[0])).toEqual(['1440 dark color-contrast', '360 light button-name', '360 dark color-contrast'])
  })

  test('read in the dark every rule about colours, but for the one that asks for more than level AA', () => {
    const aboutColours = axe.getRules(['cat.color']).filter(({ tags }) => !tags.includes('wcag2aaa'))
    expect(aboutColours.map(({ ruleId }) => ruleId)).toEqual(colourRules)
  })
})
