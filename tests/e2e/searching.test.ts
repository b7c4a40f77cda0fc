import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { everythingLoaded } from '../harness/loading.ts'
import { runningShop } from '../harness/running-shop.ts'
import { holdCode } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const box = (page: Page) => page.getByRole('main').getByLabel('Search the shop')
const options = (page: Page) => page.getByRole('main').getByRole('option')
const said = (page: Page) => page.getByRole('main').getByRole('search').getByRole('status')
const active = async (page: Page) => {
  const id = await box(page).getAttribute('aria-activedescendant')
  return id === null ? null : await page.locator(`[id="${id}"]`).innerText()
}
async function open(page: Page, path = '/search') {
  await page.goto(path)
}
/** Touches the box and waits until its code is there: before that it searches as a plain form does. */
async function touch(page: Page) {
  await box(page).focus()
  await page.getByRole('main').getByRole('combobox', { name: 'Search the shop' }).waitFor()
}

describe('suggestions', () => {
  test('on a phone give the screen back to what was searched for, and with it the keyboard away', async () => {
    const page = await browser.open({ width: 360 })
    await open(page)
    await touch(page)
    await box(page).fill('mug')
    await box(page).press('Enter')
    await page.getByRole('list', { name: 'Results' }).waitFor()
    expect(await box(page).evaluate(field => field === document.activeElement)).toBe(false)
  })

  test('are pictures with prices, categories and searches; counted aloud; walked through and left by keyboard', async () => {
    const page = await browser.open()
    await open(page)
    await touch(page)
    await box(page).pressSequentially('mu')
    await options(page).filter({ hasText: /£\d/ }).first().waitFor()
    await page.getByRole('main').getByRole('group', { name: 'Kinds' }).getByRole('option', { name: 'Mugs' }).waitFor()
    const many = await options(page).count()
    expect(await said(page).innerText()).toContain(`${many} suggestions`)
    await box(page).press('ArrowUp')
    expect(await active(page)).toBe(await options(page).last().innerText())
    await box(page).press('ArrowDown')
    expect(await active(page)).toBeNull()
    await box(page).press('ArrowDown')
    expect(await active(page)).toBe(await options(page).first().innerText())
    await box(page).press('Home')
    expect(await active(page)).toBeNull()
    expect(await box(page).evaluate(input => (input as HTMLInputElement).selectionStart)).toBe(0)
    await box(page).press('End')
    expect(await box(page).evaluate(input => (input as HTMLInputElement).selectionStart)).toBe(2)
    await box(page).press('Escape')
    expect([await box(page).getAttribute('aria-expanded'), await box(page).inputValue()]).toEqual(['false', 'mu'])
    await box(page).press('ArrowDown')
    await page.getByRole('main').getByRole('option', { name: 'Mugs', exact: true }).click()
    await page.waitForURL('**/categories/mugs')
  })

  test('of answers that overtake each other only the last question’s is shown', async () => {
    const page = await browser.open()
    await open(page)
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route('**/api/products/suggest?q=ti', async (route) => {
      await held
      await route.fulfill({ json: { items: [], categories: [], searches: ['too late'] } })
    })
    await touch(page)
    const asked = page.waitForRequest('**/api/products/suggest?q=ti')
    await box(page).pressSequentially('ti')
    const lateDone = (await asked).response()
    await box(page).pressSequentially('de')
    await options(page).filter({ hasText: 'Tidewater Mug' }).waitFor()
    letGo()
    await lateDone
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(resolve)))
    expect(await options(page).filter({ hasText: 'too late' }).count()).toBe(0)
    expect(await options(page).filter({ hasText: 'Tidewater Mug' }).count()).toBe(1)
  })

  test.each([['the header', '/', 'banner'], ['the page of results', '/search', 'main']] as const)('come for what was typed into the box of %s before any code was there', async (_, path, place) => {
    const page = await browser.open()
    const arrive = await holdCode(page)
    await page.goto(path, { waitUntil: 'commit' })
    await page.getByRole(place).getByLabel('Search the shop').fill('tidewater')
    arrive()
    await page.getByRole(place).getByRole('option').filter({ hasText: 'Tidewater Mug' }).waitFor()
  })

  test('the code of the box comes when it is touched', async () => {
    const page = await browser.open()
    const asked: string[] = []
    page.on('request', request => request.resourceType() === 'script' && asked.push(request.url()))
    await open(page)
    await everythingLoaded(page)
    const before = asked.length
    await box(page).focus()
    await expect.poll(() => asked.length).toBeGreaterThan(before)
  })
})

test('what was looked for is offered again on this browser alone, and can be forgotten', async () => {
  const page = await browser.open({ width: 360 })
  await open(page)
  await touch(page)
  for (const q of ['quiet', 'contour']) {
    await box(page).fill(q)
    await box(page).press('Enter')
    await page.waitForURL(`**/search?q=${q}`)
  }
  await box(page).fill('')
  const recent = page.getByRole('main').getByRole('group', { name: 'Recent searches' }).getByRole('option')
  await expect.poll(() => recent.allInnerTexts()).toEqual(['contour', 'quiet'])
  expect(await (await fetch(`${shop.url}/search`)).text()).not.toContain('Recent searches')
  await box(page).press('ArrowDown')
  await box(page).press('Delete')
  await expect.poll(() => recent.allInnerTexts()).toEqual(['quiet'])
  await page.getByRole('button', { name: 'Forget what I searched for' }).tap()
  await expect.poll(() => recent.count()).toBe(0)
  expect(await page.evaluate(() => localStorage.getItem('recent-searches'))).toBeNull()
})

test('a search for nothing says what would find something, and shows things and shelves', async () => {
  for (const javaScript of [true, false]) {
    const page = await browser.open({ javaScript })
    await page.goto('/search?q=tidewater+zzxqvvjk')
    await page.getByRole('heading', { name: 'Nothing by that name.' }).waitFor()
    await page.getByRole('list', { name: 'Often bought' }).getByRole('article').first().waitFor()
    await page.getByRole('main').getByRole('link', { name: 'tidewater', exact: true }).click()
    await page.waitForURL('**/search?q=tidewater')
    await page.getByRole('list', { name: 'Results' }).getByRole('link', { name: 'Tidewater Mug' }).waitFor()
  }
})

test('results can be narrowed to some kinds of things', async () => {
  const page = await browser.open()
  await open(page, '/search?q=quiet+contour+tidewater')
  await open(page, '/search?q=notebook')
  await page.getByRole('list', { name: 'Results' }).getByRole('link', { name: 'Contour Notebook' }).waitFor()
  await open(page, '/search?q=notebook&category=mugs')
  await page.getByRole('link', { name: /^Remove filter: (?:Mugs|mugs)/ }).click()
  await page.waitForURL('**/search?q=notebook')
})
