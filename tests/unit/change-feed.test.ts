import { expect, test } from 'vitest'
import { startChangeFeed } from '../../server/platform/cache/change-feed.ts'

test('a position that was asked for earlier and is told later does not take the place of the later one', async () => {
  const told: ((lsn: string) => void)[] = []
  let waiting: (() => void) | undefined
  const asked = () => new Promise<void>((resolve) => {
    waiting = resolve
  })
  const database = {
    fresh: () => new Promise((resolve) => {
      told.push(resolve)
      waiting?.()
    }),
    primary: { timeline: () => 1 },
  } as unknown as Parameters<typeof startChangeFeed>[0]['database']
  let tell: (text: string) => void = () => {}
  const feed = startChangeFeed({
    database,
    listener: { on: (_channel, callback) => {
      tell = callback
      return () => {}
    } },
    log: { warn: () => {} },
  })
  const name = feed.stateOf(['catalogue'])
  for (const id of [1, 2]) {
    const question = asked()
    tell(JSON.stringify({ id, tags: ['catalogue'] }))
    await question
  }
  told[1]!('0/20')
  await expect.poll(feed.after).toBe('0/20')
  const second = feed.stateOf(['catalogue'])
  expect(second).not.toBe(name)
  told[0]!('0/10')
  await expect.poll(() => feed.stateOf(['catalogue'])).not.toBe(second)
  expect(feed.after()).toBe('0/20')
  feed.stop()
})
