import { describe, expect, it, test } from 'vitest'
import { readCommand } from '../../scripts/ops/command-line.ts'
import type { DatabaseServer } from '../../scripts/ops/database-server.ts'
import { withVariable } from '../../scripts/ops/deploy.ts'
import { isListed, nextRelease, setRelease } from '../../scripts/ops/edge.ts'
import { promote } from '../../scripts/ops/promote.ts'
import { type Fleet, type Instance, planRollout, rollOut } from '../../scripts/ops/rollout.ts'
import { statusLines, sumBy } from '../../scripts/ops/status.ts'

describe('a call', () => {
  it.each([
    [['status'], { name: 'status' }],
    [['promote', '--yes'], { name: 'promote', yes: true }],
    [['promote', '--primary', 'postgres://a/b', '--replica', 'postgres://c/d'], { name: 'promote', urls: ['postgres://a/b', 'postgres://c/d'] }],
    [['backup'], { name: 'backup', folder: 'backups' }],
    [['restore', 'backups/x'], { name: 'restore', folder: 'backups/x' }],
    [['deploy', '1.4'], { name: 'deploy', tag: '1.4' }],
    [['canary', '5', '1.5'], { name: 'canary', share: 5, tag: '1.5' }],
    [['canary', 'promote'], { name: 'canary promote' }],
    [['canary', 'end'], { name: 'canary end' }],
    [['switch', '1.5'], { name: 'switch', tag: '1.5' }],
    [['check-migrations'], { name: 'check-migrations', folder: 'drizzle' }],
  ])('%j is understood', (args, command) => expect(readCommand(args)).toMatchObject(command))

  it.each([
    [[], /Which/], [['fly'], /no command fly/], [['deploy'], /tag/], [['deploy', '../x'], /tag/], [['deploy', '1', '2'], /2/], [['restore'], /folder/],
    [['canary', '0', '1.5'], /share/], [['canary', '101', '1.5'], /share/], [['canary', '5'], /tag/], [['canary', 'end', 'now'], /nothing more/],
    [['status', '--primary', 'postgres://a/b'], /both/], [['backup', '--primary', 'postgres://a/b', '--replica', 'postgres://c/d'], /compose/],
    [['status', '--primary', 'a', '--replica', 'b'], /postgres:/], [['status', '--quickly'], /quickly/],
  ])('%j is answered with what is wrong', (args, words) => expect(readCommand(args)).toMatch(words))

  it('for help gets it', () => expect(readCommand(['deploy', '--help'])).toBeNull())
})

describe('promote', () => {
  /** A server that answers what it is, and what was done to it. */
  function server(name: string, role: 'primary' | 'standby' | 'silent', done: string[] = []): DatabaseServer {
    let now = role
    return {
      name,
      async fence() {
        done.push(`fence ${name}`)
        now = 'silent'
      },
      async query(statement) {
        if (now === 'silent') throw new Error('connection refused')
        if (statement.includes('pg_promote')) {
          done.push(`promote ${name}`)
          now = 'primary'
        }
        if (statement.includes('pg_is_in_recovery')) return [[now, now === 'primary' && role === 'standby' ? '2' : '1', '0/5000', '0']]
        return statement.includes('receive_lsn') ? [['0/4000', '0/4000']] : [['1']]
      },
    }
  }

  it('fences the old one before it promotes, and says what is lost', async () => {
    const done: string[] = []
    const result = await promote([server('a', 'primary', done), server('b', 'standby', done)], { yes: true })
    expect(done).toEqual(['fence a', 'promote b'])
    expect(result).toMatchObject({ promoted: 'b', timeline: 2, receivedLsn: '0/4000', lostBytes: 0x1000 })
  })
  it('does not know what a dead one had', async () => expect(await promote([server('a', 'silent'), server('b', 'standby')])).toMatchObject({ lostBytes: null }))
  it.each([
    ['a live primary without a word', [server('a', 'primary'), server('b', 'standby')], /--yes/],
    ['when there is no standby', [server('a', 'primary'), server('b', 'silent')], /no standby/],
    ['when nobody answers', [server('a', 'silent'), server('b', 'silent')], /Neither/],
    ['two primaries', [server('a', 'primary'), server('b', 'primary')], /both/],
  ])('refuses %s', async (_, servers, words) => expect(promote(servers)).rejects.toThrow(words))
  it('changes nothing when the old one cannot be stopped', async () => {
    const done: string[] = []
    const stubborn = { ...server('a', 'primary'), fence: () => Promise.reject(new Error('unreachable')) }
    await expect(promote([stubborn, server('b', 'standby', done)], { yes: true })).rejects.toThrow('unreachable')
    expect(done).toEqual([])
  })
})

const running = (...releases: string[]): Instance[] => releases.flatMap((release, n) => (['web', 'worker'] as const).map(service => ({ id: `${service}${n}`, service, release })))

describe('a rolling deploy', () => {
  it('starts before it retires, workers first, one at a time', () => {
    expect(planRollout(running('1', '1'), '2').map(step => (step.act === 'start' ? `+${step.service}` : `-${step.instance.id}`)))
      .toEqual(['+worker', '-worker0', '+worker', '-worker1', '+web', '-web0', '+web', '-web1'])
  })
  it('leaves what is new already', () => expect(planRollout(running('2', '1'), '2')).toHaveLength(4))

  function fleet(instances: Instance[], { readyUntil = Infinity, failsAt = Infinity } = {}): Fleet & { least: { web: number, worker: number }, all: Instance[] } {
    const all = [...instances]
    const least = { web: Infinity, worker: Infinity }
    let starts = 0
    const look = () => (['web', 'worker'] as const).forEach(service => (least[service] = Math.min(least[service], all.filter(one => one.service === service).length)))
    return {
      all,
      least,
      list: async () => [...all],
      async start(service, release) {
        const instance = { id: `${service}-new${starts++}`, service, release }
        all.push(instance)
        return instance
      },
      isReady: async ({ release }) => release === '1' || starts <= readyUntil,
      async retire({ id }) {
        all.splice(all.findIndex(one => one.id === id), 1)
        look()
      },
      failures: () => (starts >= failsAt ? 5 : 0),
    }
  }
  const releases = (all: Instance[]) => all.map(one => `${one.service} ${one.release}`).toSorted()

  it('never has less than before', async () => {
    const some = fleet(running('1', '1', '1'))
    expect(await rollOut(some, { release: '2' })).toEqual({ replaced: 6 })
    expect(releases(some.all)).toEqual([...Array<string>(3).fill('web 2'), ...Array<string>(3).fill('worker 2')])
    expect(some.least).toEqual({ web: 3, worker: 3 })
  })
  it.each([['a new one does not get ready', { readyUntil: 2 }, /is ready: not within/], ['requests fail', { failsAt: 3 }, /5 requests failed/]])('goes back when %s', async (_, trouble, words) => {
    const some = fleet(running('1', '1'), trouble)
    await expect(rollOut(some, { release: '2', readyWithinMs: 1 })).rejects.toThrow(words)
    expect(releases(some.all)).toEqual(['web 1', 'web 1', 'worker 1', 'worker 1'])
  })
  it('has nothing to do twice', async () => expect(await rollOut(fleet(running('2')), { release: '2' })).toEqual({ replaced: 0 }))
})

describe('the release', () => {
  const web = { stable: 'web', canary: null, canaryShare: 0 }
  const canary = { stable: 'web', canary: 'web-next', canaryShare: 5 }
  const next = { stable: 'web-next', canary: null, canaryShare: 0 }
  it.each([
    ['canary', web, { ...canary, canaryShare: 20 }], ['canary end', canary, web], ['canary promote', canary, next],
    ['switch', web, next], ['switch', next, web], ['rollback', canary, web], ['rollback', next, web],
  ] as const)('%s of %j', (command, now, then) => expect(nextRelease(command, now, 20)).toEqual(then))
  it.each([['canary promote', web], ['rollback', web]] as const)('%s of %j makes no sense', (command, now) => expect(() => nextRelease(command, now)).toThrow(/no /))

  const agent = (status: number, body: object) => async () => ({ status, body })
  it('is set when nginx has it', async () => {
    await setRelease(agent(200, { ...web, applied: true }), web)
    await expect(setRelease(agent(200, { ...web, applied: false }), web)).rejects.toThrow(/nginx/)
    await expect(setRelease(agent(409, { error: 'stable would have nobody' }), web)).rejects.toThrow(/stable would have nobody/)
  })
  it('has an instance when nginx sends it requests', async () => {
    const instance = { service: 'web', address: 'a:1', ready: true, drained: false, listed: true }
    expect(await isListed(agent(200, { instances: [instance], applied: true }), 'a:1')).toBe(true)
    expect(await isListed(agent(200, { instances: [instance], applied: false }), 'a:1')).toBe(false)
    expect(await isListed(agent(200, { instances: [{ ...instance, listed: false }], applied: true }), 'a:1')).toBe(false)
  })
})

test('status says what runs, and who does not answer', async () => {
  const servers = [{ name: 'one', query: async () => [['standby', '3', '0/9', '12']], fence: async () => {} }, { name: 'two', query: async () => Promise.reject(new Error('down')), fence: async () => {} }]
  const ask = async (_: string, path: string) => ({ status: 200, body: path === '/release' ? { stable: 'web', canary: 'web-next', canaryShare: 5, applied: true } : { instances: [{ service: 'web', address: 'a:1', ready: true, drained: true, listed: false }], applied: true } })
  expect(await statusLines({ servers, ask, workerMetrics: async () => 'queue_jobs{queue="a",state="waiting"} 2\nqueue_jobs{queue="b",state="waiting"} 3\n' })).toEqual([
    'one: standby, timeline 3, at 0/9, 12 bytes received and not replayed', 'two: no answer',
    'release: web, and web-next for 5 % of the browsers', 'web a:1: ready, gets none, drained', 'queues: 5 waiting',
  ])
  expect(sumBy('other{state="x"} 1', 'queue_jobs', 'state')).toEqual({})
})

test('a variable is set at its place, or at the end', () => {
  expect(withVariable('A=1\nIMAGE_TAG=old\nB=2\n', 'IMAGE_TAG', '$1')).toBe('A=1\nIMAGE_TAG=$1\nB=2\n')
  expect(withVariable('A=1', 'IMAGE_TAG', 'x')).toBe('A=1\nIMAGE_TAG=x\n')
})
