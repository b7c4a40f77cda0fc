import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createTargets, type Targets } from '../../deploy/edge/targets.ts'
import { startInstance } from '../harness/edge.ts'
import { until } from '../harness/shopper.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** Targets over a list in a file, with an nginx that takes every list at once. */
async function targetsOver(list: Record<string, string[]>) {
  const dir = mkdtempSync(join(tmpdir(), 'edge-targets-'))
  ends.push(() => rmSync(dir, { recursive: true }))
  const [file, upstreamFile, stateFile] = ['instances.json', 'upstreams.conf', 'release.json'].map(name => join(dir, name)) as [string, string, string]
  const show = (next: Record<string, string[]>) => writeFileSync(file, JSON.stringify(next))
  show(list)
  let targets: Targets | null = null
  const nginx = await startInstance((_, response) => void response.end(String(targets?.generation())))
  ends.push(nginx.kill)
  targets = createTargets({ places: [], file, probeMs: 20, upstreamFile, stateFile, statusUrl: `http://${nginx.address}`, say: () => {} })
  ends.push(targets.stop)
  const running = targets
  await until(async () => running.written(), written => written)
  return { targets: running, show, upstreams: () => readFileSync(upstreamFile, 'utf8'), state: () => JSON.parse(readFileSync(stateFile, 'utf8')) as unknown }
}
async function ready(): Promise<string> {
  const instance = await startInstance((_, response) => void response.end())
  ends.push(instance.kill)
  return instance.address
}

test('an address that was drained and went is another instance when it comes again', async () => {
  const [one, two] = [await ready(), await ready()]
  const { targets, show, state } = await targetsOver({ web: [one, two] })
  expect(await targets.change({ drained: [one] })).toBe(true)
  const of = (address: string) => targets.all().find(target => target.address === address)
  expect(of(one)).toMatchObject({ ready: true, drained: true, listed: false })
  show({ web: [two] })
  await until(async () => of(one), target => target === undefined)
  expect(state()).toMatchObject({ drained: [] })
  show({ web: [one, two] })
  await until(async () => of(one)?.listed, listed => listed === true)
})

test('a colour that is not started leaves everybody to the one that is ready', async () => {
  const [blue, green] = [await ready(), await ready()]
  const { targets, show, upstreams } = await targetsOver({ 'web': [blue], 'web-next': [green] })
  await targets.change({ stable: 'web-next' })
  expect(upstreams()).toContain('default web-next;')
  show({ web: [blue] })
  await until(async () => upstreams(), text => new RegExp(`upstream shop_web-next \\{[^}]*${blue}`).test(text))
})
