import { Agent, get } from 'node:http'

/** A layer: what is asked, of whom, and how often in a round. */
export interface Layer {
  name: string
  url: string
  /** `{n}` is another number each time. */
  path: string
  /** Where the process tells the CPU that it has used. */
  probeUrl: string
  requests: number
}

export interface Cost { name: string, minUs: number, medianUs: number, maxUs: number, perRoundUs: number[], answeredBy: string }

const connections = 4
const agent = new Agent({ keepAlive: true, maxSockets: connections })
let serial = 0

/** One request to its end; answers what `server-timing` says of the cache. */
function ask({ url, path, name }: Pick<Layer, 'url' | 'path' | 'name'>): Promise<string> {
  return new Promise((resolve, reject) => {
    get(`${url}${path.replace('{n}', String(serial++))}`, { agent }, (response) => {
      response.resume()
      response.once('end', () => {
        if (response.statusCode !== 200) reject(new Error(`${name}: ${path} answered ${response.statusCode}`))
        else resolve(/cache;desc="([\w-]+)"/.exec(String(response.headers['server-timing'] ?? ''))?.[1] ?? '')
      })
    }).once('error', reject)
  })
}

const cpuUs = async ({ probeUrl }: Layer) => Number(await (await fetch(probeUrl)).text())

async function askMany(layer: Layer, requests: number): Promise<Set<string>> {
  const said = new Set<string>()
  let left = requests
  await Promise.all(Array.from({ length: connections }, async () => {
    while (left-- > 0) said.add(await ask(layer))
  }))
  return said
}

const medianOf = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

/**
 * The CPU of a request to each layer, in microseconds, over `rounds` rounds in which all take turns: what slows the machine
 * down then slows all of them, and their ratio within a round holds.
 */
export async function measure(layers: readonly Layer[], rounds: number, onRound: (round: number) => void): Promise<Cost[]> {
  const costs = layers.map(() => [] as number[])
  const said = layers.map(() => new Set<string>())
  // Until the optimiser has seen them.
  for (const layer of layers) await askMany(layer, layer.requests * 2)
  for (let round = 0; round < rounds; round++) {
    onRound(round)
    for (const [place, layer] of layers.entries()) {
      const before = await cpuUs(layer)
      for (const one of await askMany(layer, layer.requests)) said[place]!.add(one)
      costs[place]!.push((await cpuUs(layer) - before) / layer.requests)
    }
  }
  agent.destroy()
  return layers.map(({ name }, place) => {
    const perRoundUs = costs[place]!
    return { name, minUs: Math.min(...perRoundUs), medianUs: medianOf(perRoundUs), maxUs: Math.max(...perRoundUs), perRoundUs, answeredBy: [...said[place]!].filter(Boolean).join(' ') }
  })
}

/** How many times as much as `base`, round by round, and the middle of that. */
export const ratio = (cost: Cost, base: Cost) => medianOf(cost.perRoundUs.map((us, round) => us / base.perRoundUs[round]!))

/** How much more than `without`, as a part of `base`, round by round, and the middle of that. */
export const onTop = (cost: Cost, without: Cost, base: Cost) => medianOf(cost.perRoundUs.map((us, round) => (us - without.perRoundUs[round]!) / base.perRoundUs[round]!))
