import { sql } from 'drizzle-orm'
import { afterAll, describe, expect, test } from 'vitest'
import type { HelpfulAnswer, ModeratedReview, ModerationList, OwnReview, ReviewList, ReviewStanding } from '../../shared/schemas/reviews.ts'
import { addProduct, product } from '../harness/fixtures.ts'
import { brokenInvariants } from '../harness/invariants.ts'
import { runningShop } from '../harness/running-shop.ts'
import { type Maybe, type TestShopper, until } from '../harness/shopper.ts'

const shop = runningShop()
afterAll(shop.close)

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`
const words = { rating: 4, title: 'Holds tea', text: 'It holds tea.\nAnd stays where it is put.', name: 'Ada' }
const write = (one: TestShopper, slug: string, change: Partial<typeof words> = {}, query = '') => one.request<Maybe<OwnReview>>('POST', `/api/products/${slug}/reviews${query}`, { ...words, ...change })
const standing = async (one: TestShopper, slug: string, query = '') => (await one.get<ReviewStanding>(`/api/products/${slug}/reviews/mine${query}`)).body
const said = async (slug: string, query = '') => (await shop.shopper().get<ReviewList>(`/api/products/${slug}/reviews${query}`)).body
const vote = (one: TestShopper, id: string, helpful = true) => one.request<Maybe<HelpfulAnswer>>('POST', `/api/reviews/${id}/helpful`, { helpful })
const publish = (admin: TestShopper, id: string, revision = 1) => admin.request<Maybe<ModeratedReview>>('POST', `/api/admin/reviews/${id}/publish`, { revision })
const reject = (admin: TestShopper, id: string, revision = 1) => admin.request<Maybe<ModeratedReview>>('POST', `/api/admin/reviews/${id}/reject`, { revision, reason: 'It is about the weather.' })

async function onSale(name: string) {
  const slug = unique(name)
  const [variantId] = await addProduct(shop.database, product(slug))
  return { slug, variantId: variantId! }
}
/** A guest with a paid order, or an account. */
async function buyer(variantId: string, account?: { email: string }) {
  const one = shop.shopper()
  if (account) await one.request('POST', '/api/auth/register', { email: account.email, password: 'a long password', name: 'Ada Byron' })
  const { body: order } = await one.buy(variantId)
  return { one, order }
}

describe('who may write', () => {
  test('somebody who bought it, by their cookie or by the link of the confirmation; nobody else, and not for what was never paid', async () => {
    const { slug, variantId } = await onSale('who')
    const other = await onSale('other')
    const { one, order } = await buyer(variantId)
    const stranger = shop.shopper()
    for (const refused of [await write(stranger, slug), await write(stranger, slug, {}, `?order=${order.id}&token=${'A'.repeat(43)}`), await write(one, other.slug), await write(stranger, slug, {}, `?order=${crypto.randomUUID()}&token=${order.token}`)]) {
      expect([refused.status, refused.body.code]).toEqual([403, 'reviews/buyers-only'])
    }
    expect((await write(one, 'there-is-no-such-thing')).status).toBe(404)
    const declined = shop.shopper()
    await declined.buy(variantId, { paymentMethod: 'pm_card_chargeDeclined' })
    expect((await write(declined, slug)).status).toBe(403)
    expect(await standing(declined, slug)).toMatchObject({ mayWrite: false, review: null })

    const link = `?order=${order.id}&token=${order.token}`
    await shop.settled()
    expect(await standing(stranger, slug, link)).toMatchObject({ mayWrite: true, review: null })
    const written = await write(stranger, slug, {}, link)
    expect([written.status, written.body]).toMatchObject([201, { status: 'pending', rating: 4, text: words.text }])
    await shop.settled()
    // The buyer is who owns the order, wherever they open its link.
    expect((await standing(one, slug)).review?.id).toBe(written.body.id)
    const account = await buyer(variantId, { email: `${unique('buyer')}@example.com` })
    expect((await write(account.one, slug)).status).toBe(201)
    expect(await standing(account.one, slug)).toMatchObject({ mayWrite: true, name: 'Ada' })
  })

  test('what is too long, too short or no rating is named field by field', async () => {
    const { slug, variantId } = await onSale('bounds')
    const { one } = await buyer(variantId)
    const bad = await write(one, slug, { rating: 6, title: ' ', text: 'x'.repeat(3001), name: '\u200B' })
    expect([bad.status, bad.body.errors?.map(error => error.path).toSorted()]).toEqual([422, ['name', 'rating', 'text', 'title']])
  })
})

describe('what is shown', () => {
  test('nothing before it was read; then review and stars within a second, on cards too; an edit goes back to the queue', async () => {
    const { slug, variantId } = await onSale('shown')
    const { one } = await buyer(variantId)
    const admin = await shop.admin()
    expect(await said(slug)).toEqual({ summary: null, items: [], nextCursor: null })
    const { body: { id } } = await write(one, slug)
    const { body: queue } = await until(() => admin.get<ModerationList>('/api/admin/reviews?status=pending&limit=100'), ({ body }) => body.items.some(item => item.id === id))
    expect(queue.items.find(item => item.id === id)).toMatchObject({ product: { slug }, revision: 1, imported: false })
    expect((await said(slug)).items).toEqual([])
    expect((await vote(shop.shopper(), id)).status).toBe(404)

    expect((await publish(admin, id)).status).toBe(200)
    const shown = await until(() => said(slug), list => list.items.length === 1, { withinMs: 1_000 })
    expect(shown).toMatchObject({ summary: { average: 4, count: 1, stars: [0, 0, 0, 1, 0] }, items: [{ id, title: 'Holds tea', imported: false }] })
    expect(JSON.stringify(shown)).not.toContain('ownerId')
    const { body: card } = await one.get<{ rating: unknown }>(`/api/products/${slug}`)
    expect(card.rating).toEqual({ average: 4, count: 1 })
    expect((await publish(admin, id)).body.code).toBe('reviews/already-decided')

    // Twice the same is nothing new; other words are.
    expect([(await write(one, slug)).body.status]).toEqual(['published'])
    const edited = await write(one, slug, { rating: 1, text: 'It leaks.' })
    expect([edited.status, edited.body]).toMatchObject([200, { id, status: 'pending', rating: 1 }])
    expect((await publish(admin, id, 1)).body.code).toBe('reviews/changed-meanwhile')
    await until(() => said(slug), list => list.items.length === 0 && list.summary === null, { withinMs: 1_000 })
    expect((await publish(admin, id, 2)).status).toBe(200)
    expect((await until(() => said(slug), list => list.items.length === 1)).summary).toMatchObject({ average: 1, stars: [1, 0, 0, 0, 0] })
    expect((await reject(admin, id, 2)).status).toBe(200)
    await until(() => said(slug), list => list.summary === null, { withinMs: 1_000 })
    await shop.settled()
    expect((await standing(one, slug)).review).toMatchObject({ status: 'rejected', reason: 'It is about the weather.' })
    expect((await shop.auditedWith('reviewId', id)).map(entry => [entry.kind, entry.actorId !== null])).toEqual([['reviews.review-published', true], ['reviews.review-published', true], ['reviews.review-rejected', true]])
  })

  test('a first review sent several times at once is one, and two who decide at once decide once', async () => {
    const { slug, variantId } = await onSale('once')
    const { one } = await buyer(variantId)
    const sent = await Promise.all(Array.from({ length: 6 }, () => write(one, slug)))
    expect(sent.map(answer => answer.status).toSorted()).toEqual([200, 200, 200, 200, 200, 201])
    const id = sent[0]!.body.id
    expect(new Set(sent.map(answer => answer.body.id))).toEqual(new Set([id]))
    const admins = [await shop.admin(), await shop.admin()]
    const clicks = await Promise.all(admins.map(admin => publish(admin, id)))
    expect(clicks.map(answer => answer.status).toSorted()).toEqual([200, 409])
    expect((await until(() => said(slug), list => list.items.length === 1 && list.summary !== null)).summary).toMatchObject({ count: 1 })
  })

  test('markup is text: on the page, in its data and for search engines', async () => {
    const { slug, variantId } = await onSale('hostile')
    const { one } = await buyer(variantId)
    const hostile = '</script><script>document.title="taken"</script><img src=x onerror=alert(1)>'
    const { body: { id } } = await write(one, slug, { title: hostile.slice(0, 120), text: hostile, name: '<b>Eve</b>' })
    await publish(await shop.admin(), id)
    for (const path of [`/products/${slug}`, `/reviews/${slug}`]) {
      const html = await until(async () => (await fetch(shop.url + path)).text(), text => text.includes('taken'))
      expect(html).not.toContain('<script>document.title')
      expect(html).not.toContain('<img src=x')
      expect(html).not.toContain('<b>Eve')
    }
    const html = await (await fetch(`${shop.url}/products/${slug}`)).text()
    const schema = [...html.matchAll(/<script type="application\/ld\+json"[^>]*>(.*?)<\/script>/gs)]
      .map(match => JSON.parse(match[1]!) as { '@type'?: string, 'aggregateRating': object, 'review': { reviewBody: string }[] }).find(one => one['@type'] === 'Product')!
    expect(schema.aggregateRating).toMatchObject({ ratingValue: 4, reviewCount: 1 })
    expect(schema.review[0]!.reviewBody).toBe(hostile)
  })
})

describe('helpful votes', () => {
  test('are one for each shopper, never for one\'s own, and exact however many come at once', async () => {
    const { slug, variantId } = await onSale('votes')
    const { one } = await buyer(variantId)
    const { body: { id } } = await write(one, slug)
    await publish(await shop.admin(), id)
    expect((await vote(one, id)).body.code).toBe('reviews/own-review')
    const voters = Array.from({ length: 8 }, () => shop.shopper())
    await Promise.all(voters.map(voter => vote(voter, id)))
    const again = await Promise.all([...voters, ...voters].map(voter => vote(voter, id)))
    expect(new Set(again.map(answer => answer.body.helpful))).toEqual(new Set([8]))
    const taken = await Promise.all(voters.slice(0, 3).flatMap(voter => [vote(voter, id, false), vote(voter, id, false)]))
    expect(taken.every(answer => answer.status === 200)).toBe(true)
    expect((await vote(voters[4]!, id)).body).toEqual({ id, helpful: 5, mine: true })
    expect((await standing(voters[4]!, slug)).helpful).toEqual([id])
    expect((await standing(voters[0]!, slug)).helpful).toEqual([])
  })

  test('order the list; pages neither repeat nor miss one, in both orders', async () => {
    const { slug } = await onSale('pages')
    await shop.database.fresh(db => db.execute(sql`
      with said as (insert into reviews (product_id, owner_id, rating, title, text, name, status, helpful, written_at)
        select p.id, gen_random_uuid(), 5, 'Number ' || n, 'x', 'x', 'published', n % 3, now() - make_interval(days => n / 2) from products p, generate_series(1, 11) n where p.slug = ${slug} returning id, helpful)
      insert into review_votes (review_id, owner_id) select id, gen_random_uuid() from said, generate_series(1, helpful)`))
    await shop.database.fresh(db => db.execute(sql`update products set ratings = '{0,0,0,0,11}' where slug = ${slug}`))
    for (const sort of ['helpful', 'newest']) {
      const items: ReviewList['items'] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const list: ReviewList = await until(() => said(slug, `?sort=${sort}&limit=4${cursor && `&cursor=${cursor}`}`), page => page.items.length > 0)
        items.push(...list.items)
        cursor = list.nextCursor
      }
      expect(new Set(items.map(item => item.id)).size).toBe(11)
      expect(items).toHaveLength(11)
      const keys = items.map(item => (sort === 'helpful' ? item.helpful : Date.parse(item.writtenAt)))
      expect(keys).toEqual(keys.toSorted((a, b) => b - a))
    }
    const { body: { nextCursor } } = await shop.shopper().get<ReviewList>(`/api/products/${slug}/reviews?limit=2`)
    expect((await shop.shopper().get<Maybe<ReviewList>>(`/api/products/${slug}/reviews?sort=newest&cursor=${nextCursor}`)).body.code).toBe('platform/invalid-cursor')
  })
})

test('at log-in a guest\'s reviews and votes become the account\'s; where it has one already, there is one', async () => {
  const [both, guests, foreign] = [await onSale('both'), await onSale('guests'), await onSale('foreign')]
  const admin = await shop.admin()
  const email = `${unique('merge')}@example.com`
  const account = await buyer(both.variantId, { email })
  const { body: kept } = await write(account.one, both.slug, { title: 'The account’s' })
  const author = await buyer(foreign.variantId)
  const { body: theirs } = await write(author.one, foreign.slug)
  const { one: guest } = await buyer(both.variantId)
  await guest.buy(guests.variantId)
  const { body: dropped } = await write(guest, both.slug, { title: 'The guest’s', rating: 1 })
  const { body: moved } = await write(guest, guests.slug)
  for (const { id } of [kept, theirs, dropped, moved]) expect((await publish(admin, id)).status).toBe(200)
  // Both found the same review helpful, and the account the guest's own.
  for (const voter of [guest, account.one]) expect((await vote(voter, theirs.id)).status).toBe(200)
  expect((await vote(account.one, moved.id)).body.helpful).toBe(1)

  expect((await guest.request('POST', '/api/auth/login', { email, password: 'a long password' })).status).toBe(200)
  expect((await standing(guest, both.slug)).review?.id).toBe(kept.id)
  expect((await standing(guest, guests.slug)).review?.id).toBe(moved.id)
  expect((await until(() => said(both.slug), list => list.summary?.count === 1)).summary).toMatchObject({ average: 4 })
  expect((await vote(author.one, moved.id)).body.helpful).toBe(1)
  expect((await vote(shop.shopper(), theirs.id)).body.helpful).toBe(2)
})

test('afterwards the stars and the votes add up', async () => {
  // These two hold in every snapshot; what other tests have under way is no concern of theirs.
  const broken = await brokenInvariants(shop.database, shop.sandboxUrl, { settleMs: 0, atRest: false })
  expect(broken).not.toHaveProperty('stars-are-those-of-reviews')
  expect(broken).not.toHaveProperty('votes-are-counted-once')
})
