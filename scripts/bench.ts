// What each layer of an answer costs, in microseconds of the server's CPU a request, beside a plain answer in the same run.
// Absolute figures are of this machine and this minute; the ratios are what can be compared.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Layer, measure, onTop, ratio } from './bench/measure.ts'
import { type Measured, startServers } from './bench/servers.ts'
import { ensureBuilt } from './launch/build.ts'
import { projectDir } from './launch/project.ts'

const rounds = 7
/** What the process holds of the machine's memory. */
const residentBytes = async (url: string) => Number(/^process_resident_memory_bytes (\S+)$/m.exec(await (await fetch(`${url}/metrics`)).text())![1])
const say = (text: string) => void process.stdout.write(`${text}\n`)

say(await ensureBuilt() ? 'Built from the present sources.' : 'The last build is that of the present sources.')
const servers = await startServers()
try {
  const list = '/api/products?limit=24'
  const layer = (name: string, { url, probeUrl }: Measured, path: string, requests: number): Layer => ({ name, url, probeUrl, path, requests })
  const layers = [
    layer('node:http, the list as JSON', servers.node, '/', 1_500),
    layer('h3, the same', servers.h3, '/', 1_500),
    layer('Nitro, the same', servers.nitro, '/list', 1_500),
    layer('Nitro, a few bytes', servers.nitro, '/small', 1_500),
    layer('a few bytes through the middleware', servers.shop, '/api/health/live', 1_500),
    layer('the list from the process', servers.shop, list, 1_500),
    layer('the same with rate limits', servers.shopWithLimits, list, 100),
    layer('the list from Redis', servers.shopWithoutProcessCache, list, 1_000),
    layer('the list from the database', servers.shop, `${list}&minPrice={n}`, 150),
    layer('a page, rendered', servers.uncached, '/categories/mugs', 30),
    layer('the page again', servers.shop, '/categories/mugs', 300),
    layer('the list from the process, traced', servers.traced, list, 1_500),
    layer('the list from the database, traced', servers.traced, `${list}&minPrice={n}`, 150),
    layer('the list, kept by nginx', servers.edge, list, 1_500),
    layer('the page, kept by nginx', servers.edge, '/categories/mugs', 1_000),
    layer('nginx passing a few bytes on', servers.edge, '/api/health/live', 1_500),
  ] as const
  const costs = await measure(layers, rounds, round => say(`round ${round + 1} of ${rounds}`))
  const [node, , nitro, small, chain, fromProcess, , fromRedis, fromDatabase, rendered, cachedPage, fromProcessTraced, fromDatabaseTraced, keptList, keptPage] = costs as [typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0], typeof costs[0]]

  const width = Math.max(...costs.map(cost => cost.name.length))
  say(`\n${'µs of CPU a request'.padEnd(width)}      min   median      max   × node   × Nitro   cache says`)
  for (const cost of costs) {
    const us = (value: number) => value.toFixed(0).padStart(8)
    say(`${cost.name.padEnd(width)} ${us(cost.minUs)} ${us(cost.medianUs)} ${us(cost.maxUs)} ${ratio(cost, node).toFixed(2).padStart(8)} ${ratio(cost, nitro).toFixed(2).padStart(9)}   ${cost.answeredBy}`)
  }
  say(`\nTraces on, as a multiple of the same without: ${ratio(fromProcessTraced, fromProcess).toFixed(2)} from the process, ${ratio(fromDatabaseTraced, fromDatabase).toFixed(2)} from the database; ${((await residentBytes(servers.traced.url) - await residentBytes(servers.shop.url)) / 1e6).toFixed(0)} MB of memory more.`)
  const targets = [
    { what: 'a cached page is so many times cheaper than rendering it', atLeast: 15, is: ratio(rendered, cachedPage) },
    { what: 'a list that nginx keeps is so many times cheaper than from the process', atLeast: 3, is: ratio(fromProcess, keptList) },
    { what: 'a page that nginx keeps is so many times cheaper than from the process', atLeast: 3, is: ratio(cachedPage, keptPage) },
    { what: 'an answer from the process, as a plain Nitro answer', atMost: 1.5, is: ratio(fromProcess, nitro) },
    { what: 'an answer from Redis, as a plain Nitro answer', atMost: 2.5, is: ratio(fromRedis, nitro) },
    { what: 'the middleware on top, as a part of a plain Nitro answer', atMost: 0.3, is: onTop(chain, small, nitro) },
  ].map(target => ({ ...target, met: 'atLeast' in target ? target.is >= target.atLeast! : target.is <= target.atMost }))
  say('')
  for (const { what, is, met, ...bound } of targets) say(`${met ? '✓' : '✗'} ${what}: ${is.toFixed(2)} (${'atLeast' in bound ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`})`)
  const folder = join(projectDir, 'test-results')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'bench.json'), `${JSON.stringify({ rounds, costs, targets }, null, 2)}\n`)
}
finally {
  await servers.stop()
}
process.exit(0)
