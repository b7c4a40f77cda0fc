import type { Delivery } from '../../server/platform/outbox/subscriber.ts'
import type { EventQueue } from '../../server/platform/queue/queues.ts'

export interface FakeQueue extends Pick<EventQueue, 'add'> {
  /** In the order of their coming. */
  jobs: { id: string, data: Delivery }[]
  /** Each call of `add`, with the ids that were given. */
  calls: string[][]
  flush(): void
}

/** What a queue promises, in memory: an id that it has is not added again. */
export function fakeQueue(): FakeQueue {
  const jobs: FakeQueue['jobs'] = []
  const calls: string[][] = []
  return {
    jobs,
    calls,
    async add(added) {
      calls.push(added.map(job => job.id))
      for (const { id, data } of added) {
        if (!jobs.some(job => job.id === id)) jobs.push({ id, data: data as Delivery })
      }
    },
    flush: () => void jobs.splice(0),
  }
}
