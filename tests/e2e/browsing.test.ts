import { afterAll, describe, expect, test } from 'vitest'
import { testBrowser } from '../harness/browser.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { everythingLoaded } from '../harness/loading.ts'
import { runningShop } from '../harness/running-shop.ts'
import { addToBasket, drawer, field, pickOption } from '../harness/shop-pages.ts'

const shop = runningShop()
const browser = testBrowser(() => shop.url)
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const contentKey = () => crypto.randomUUID().replaceAll('-', '').slice(0, 20)
const password = 'correct horse battery'

describe('looking for things', () => {
  test('suggestions can be walked by keyboard, left with Escape, and taken with Enter', async () => {
    const page = await browser.open()
    await page.goto('/search')
    const box = page.getByRole('main').getByLabel('Search the shop')
    const options = page.getByRole('main').getByRole('option')
    // Each response resets the list, and slow typing has several requests in flight.
    const suggestedFor = async (q: string, type: () => Promise<void>) => {
      const answer = page.waitForResponse(`**/api/products/suggest?q=${q}`)
      await type()
      await answer
      await everythingLoaded(page)
    }
    await suggestedFor('tidewatr', () => box.pressSequentially('tidewatr'))
    await options.filter({ hasText: 'Tidewater Mug' }).first().waitFor()
    expect(await box.getAttribute('aria-expanded')).toBe('true')
    await box.press('ArrowDown')
    const active = await box.getAttribute('aria-activedescendant')
    expect(await page.locator(`[id="${active}"]`).getAttribute('aria-selected')).toBe('true')
    await box.press('Escape')
    expect(await box.getAttribute('aria-expanded')).toBe('false')
    expect(await options.count()).toBe(0)
    expect(await box.inputValue()).toBe('tidewatr')
    await box.press('End')
    await suggestedFor('tidewat', () => box.press('Backspace'))
    await options.first().waitFor()
    await box.press('ArrowDown')
    expect(await page.getByRole('option', { selected: true }).innerText()).toContain('Tidewater Mug')
    await box.press('Enter')
    await page.waitForURL('**/products/tidewater-mug')
    await page.getByRole('heading', { level: 1, name: 'Tidewater Mug' }).waitFor()
  })

  test('what is typed before the search’s code is there is suggested for', async () => {
    const page = await browser.open()
    await page.goto('/search')
    await everythingLoaded(page)
    const { promise: here, resolve: arrive } = Promise.withResolvers<true>()
    await page.route('**/_nuxt/*.js', async (route) => {
      await here
      await route.continue()
    })
    const box = page.getByRole('main').getByLabel('Search the shop')
    await box.pressSequentially('tidewatr')
    arrive(true)
    await page.getByRole('main').getByRole('option').filter({ hasText: 'Tidewater Mug' }).waitFor()
    expect(await box.inputValue()).toBe('tidewatr')
  })

  test('a search with a typo finds the thing; one for nothing says so and offers ways on', async () => {
    const page = await browser.open({ width: 360 })
    await page.goto('/')
    await page.getByRole('banner').getByRole('link', { name: 'Search' }).tap()
    await page.waitForURL('**/search')
    const box = page.getByRole('main').getByLabel('Search the shop')
    await box.fill('contuor notebok')
    await box.press('Enter')
    await page.waitForURL(/\/search\?q=/)
    await page.getByRole('list', { name: 'Results' }).getByRole('link', { name: 'Contour Notebook' }).waitFor()
    await box.fill('zzxqv wvvqx')
    await box.press('Enter')
    await page.getByRole('heading', { name: 'Nothing by that name.' }).waitFor()
    await page.getByRole('navigation', { name: 'Or start here' }).getByRole('link', { name: 'Mugs' }).waitFor()
  })

  test('filters live in the address: back undoes them one at a time, and a reload keeps them', async () => {
    const colour = unique('Tint')
    for (const stock of [5, 5, 0]) await addProduct(shop.database, product(unique('filtered'), { category: 'prints', priceMinor: 4_500, colours: [colour], stock }))
    const page = await browser.open()
    const tiles = page.getByRole('list', { name: 'Prints' }).getByRole('article')
    await page.goto(`/categories/prints?colour=${colour}`)
    const form = page.getByRole('form', { name: 'Filter and sort' })
    const all = 3
    expect(await tiles.count()).toBe(all)
    await form.getByRole('checkbox', { name: 'In stock only' }).click()
    await page.waitForURL(/inStock=1/)
    await expect.poll(() => tiles.count()).toBe(all - 1)
    await form.locator('summary', { hasText: 'Price' }).click()
    await form.getByLabel('Highest price in pounds').fill('40')
    await form.getByLabel('Highest price in pounds').press('Enter')
    await page.waitForURL(/max=40/)
    await page.getByRole('heading', { name: 'Nothing fits all of that.' }).waitFor()
    await page.goBack()
    await expect.poll(() => tiles.count()).toBe(all - 1)
    expect(await form.getByLabel('Highest price in pounds').inputValue()).toBe('')
    await page.reload()
    expect(await tiles.count()).toBe(all - 1)
    expect(await form.getByRole('checkbox', { name: 'In stock only' }).isChecked()).toBe(true)
    await page.goBack()
    await expect.poll(() => tiles.count()).toBe(all)
    await expect.poll(() => form.getByRole('checkbox', { name: 'In stock only' }).isChecked()).toBe(false)
    expect(new URL(page.url()).search).toBe(`?colour=${colour}`)
  })

  test('more of a long shelf is loaded on demand, and a way back shows as much as before', async () => {
    const colour = unique('Tint')
    for (let index = 0; index < 27; index++) await addProduct(shop.database, product(unique('long-shelf'), { category: 'cushions', colours: [colour] }))
    const page = await browser.open({ width: 360 })
    await page.goto(`/categories/cushions?colour=${colour}`)
    const tiles = page.getByRole('list', { name: 'Cushions' }).getByRole('article')
    expect(await tiles.count()).toBe(24)
    await page.getByRole('link', { name: 'Load more' }).tap()
    await expect.poll(() => tiles.count()).toBe(27)
    expect(await page.getByRole('link', { name: 'Load more' }).count()).toBe(0)
    await tiles.last().getByRole('link').tap()
    await page.waitForURL('**/products/**')
    await page.goBack()
    await expect.poll(() => tiles.count()).toBe(27)
  })

  test('a shelf narrowed by colour shows that colour, and leads to it', async () => {
    const colour = unique('Tint')
    const slug = unique('coloured')
    const source = product(slug, { category: 'cushions', colours: ['Salt', colour] })
    const pictures = ['Salt', colour].map(value => ({ key: contentKey(), tint: '#aabbcc', drawing: null, sourceUrl: null, alt: `The cushion in ${value}`, optionValue: value }))
    await addProduct(shop.database, { ...source, pictures })
    const page = await browser.open({ width: 360 })
    await page.goto(`/categories/cushions?colour=${colour}`)
    const tile = page.getByRole('list', { name: 'Cushions' }).getByRole('article')
    expect(await tile.locator('img').getAttribute('src')).toContain(pictures[1]!.key)
    await tile.getByRole('link').tap()
    await page.waitForURL(`**/products/${slug}?variant=*`)
    await expect.poll(() => page.getByRole('radio', { name: colour }).isChecked()).toBe(true)
    await page.getByRole('region', { name: /^Pictures of/ }).locator('[aria-current="true"][aria-label*="Tint"]').waitFor()
  })

  test('pictures can be chosen by hand, and follow the chosen colour', async () => {
    const slug = unique('gallery')
    const source = product(slug, { colours: ['Salt', 'Kelp', 'Brick'] })
    const pictures = source.options[0]!.values.map(colour => ({ key: contentKey(), tint: '#aabbcc', drawing: null, sourceUrl: null, alt: `The gallery mug in ${colour}`, optionValue: colour }))
    await addProduct(shop.database, { ...source, pictures })
    const page = await browser.open()
    await page.goto(`/products/${slug}`)
    const gallery = page.getByRole('region', { name: /^Pictures of/ })
    const current = () => gallery.locator('[aria-current="true"]').getAttribute('aria-label')
    expect(await current()).toContain('Salt')
    await gallery.getByRole('link', { name: /^Picture 2/ }).click()
    await expect.poll(current).toContain('Kelp')
    await pickOption(page, 'Brick')
    await expect.poll(current).toContain('Brick')
    const shown = gallery.getByRole('img', { name: 'The gallery mug in Brick' })
    await expect.poll(() => shown.evaluate(image => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0)
  })
})

test('a script that has slipped into a description is refused by the browser, and the page still sells', async () => {
  const slug = unique('hostile')
  await addProduct(shop.database, { ...product(slug), description: '<p>Nice.</p><script>window.hacked = true</script><img src="/favicon.svg" onload="window.hacked = true" alt="">' })
  const page = await browser.open({ expected: [/Content Security Policy/] })
  await addToBasket(page, slug)
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
})

describe('the basket', () => {
  test('its drawer is never blank, not even the first time, and says what the page says', async () => {
    const page = await browser.open({ width: 360 })
    await page.addInitScript(() => {
      const blanks: string[] = []
      Object.assign(window, { blanks })
      const look = () => {
        const open = document.querySelector<HTMLElement>('dialog[open]')
        if (open && !open.innerText.includes('Pebble Cushion')) blanks.push(open.innerText)
        requestAnimationFrame(look)
      }
      look()
    })
    await addToBasket(page, 'pebble-cushion')
    await drawer(page).getByRole('button', { name: 'One more of Pebble Cushion' }).tap()
    const subtotal = (where: ReturnType<typeof drawer>) => where.getByText(/^£104\.00$/).last()
    await subtotal(drawer(page)).waitFor()
    await drawer(page).getByRole('heading', { name: 'Your basket (2)' }).waitFor()
    expect(await page.evaluate(() => (window as unknown as { blanks: string[] }).blanks)).toEqual([])
    await drawer(page).getByRole('link', { name: 'See the whole basket' }).tap()
    await page.waitForURL('**/cart')
    await page.getByRole('heading', { level: 1, name: 'Basket 2' }).waitFor()
    await subtotal(page.getByRole('main')).waitFor()
    expect(await page.getByRole('img', { name: 'Quantity 2' }).count()).toBe(1)
    await page.getByRole('button', { name: 'Remove Pebble Cushion' }).tap()
    await page.getByRole('heading', { name: 'Nothing in here yet.' }).waitFor()
    await page.getByRole('button', { name: 'Put it back: Pebble Cushion' }).tap()
    await page.getByRole('img', { name: 'Quantity 2' }).waitFor()
  })

  test('Escape closes the drawer and gives the focus back', async () => {
    const page = await browser.open()
    await addToBasket(page, 'north-tote')
    await page.keyboard.press('Escape')
    await drawer(page).waitFor({ state: 'hidden' })
    expect(await page.getByRole('button', { name: 'Add to basket' }).evaluate(button => button === document.activeElement)).toBe(true)
    await page.getByRole('link', { name: 'Basket, 1 thing' }).click()
    await drawer(page).getByText('North Tote').first().waitFor()
  })

  test('what a guest put in is still there after logging in, beside what the account had', async () => {
    const [first] = await addProduct(shop.database, product(unique('from-before'), { name: 'From Before' }))
    const slug = unique('from-now')
    await addProduct(shop.database, product(slug, { name: 'From Now' }))
    const account = { email: `${unique('ada')}@example.com`, password, name: 'Ada Byron' }
    const earlier = shop.shopper()
    await earlier.request('POST', '/api/auth/register', account)
    await earlier.add(first!)
    const page = await browser.open()
    await addToBasket(page, slug)
    await page.goto('/login?next=/cart')
    await field(page, 'E-mail').fill(account.email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL('**/cart')
    await page.getByRole('heading', { level: 1, name: 'Basket 2' }).waitFor()
    const things = page.getByRole('list', { name: 'Things in your basket' })
    expect(await things.getByRole('link', { name: 'From Before' }).count()).toBe(1)
    expect(await things.getByRole('link', { name: 'From Now' }).count()).toBe(1)
  })
})
