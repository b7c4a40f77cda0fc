import { createHash } from 'node:crypto'
import { cardKey, coverKey, heroKey, isOwnShelf } from '../../shared/scenes.ts'
import type { RouteDatabase } from '../platform/db/for-event.ts'
import { findPresented, findShelf } from './db/detail.ts'
import { type Card, drawCard } from './pictures/card.ts'
import { findSource, type Pictures } from './serve-picture.ts'

type Reading = Pick<RouteDatabase, 'readPublic'>

interface Shown extends Pick<Card, 'title' | 'kicker'> { key: string, picture: string }

/** What the page with this card shows now; `null` when there is no such page. */
async function findShown(db: Reading, of: string, slug: string): Promise<Shown | null> {
  if (of === 'shop') return { key: cardKey('shop'), title: 'Rules draw it.\nYou drink from it.', kicker: 'Things with a pattern', picture: heroKey('wide') }
  if (of === 'shelf') {
    const shelf = await db.readPublic(reader => findShelf(reader, slug))
    const picture = isOwnShelf(slug) ? coverKey(slug) : shelf?.image?.key
    return shelf && picture ? { key: cardKey('shelf', { slug, name: shelf.name, picture }), title: shelf.name, kicker: 'Rules draw it', picture } : null
  }
  const thing = await db.readPublic(reader => findPresented(reader, slug))
  return thing?.image ? { key: cardKey('thing', { slug, name: thing.name, picture: thing.image.key }), title: thing.name, kicker: thing.shelf, picture: thing.image.key } : null
}

/**
 * The card of a page, as `cardKey` names it; `null` for a page that is not there. A key of an earlier state gets the card
 * as it is now with `current` false: other sites keep old addresses, and they may not keep the answer for ever.
 */
export async function fetchCard(pictures: Pictures, db: Reading, key: string) {
  const [, of, slug = ''] = /^card-(shop|shelf|thing)(?:-([a-z0-9-]{1,120}))?-[0-9a-f]{8}$/.exec(key) ?? []
  const shown = of ? await findShown(db, of, slug) : null
  const source = shown && await findSource(pictures.originals, db.readPublic, shown.picture)
  if (!shown || !source) return null
  const name = createHash('sha256').update(`${shown.key} ${source.name}`).digest('hex').slice(0, 20)
  const kept = await pictures.scenes.keep({
    key: `card-${name}`,
    suffix: 'jpg',
    draw: () => drawCard({ title: shown.title, kicker: shown.kicker, picture: 'file' in source ? source : { svg: source.svg() } }),
  })
  return { ...kept, current: shown.key === key }
}
