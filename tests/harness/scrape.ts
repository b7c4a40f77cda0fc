/** One look at a process' metrics, as Prometheus would take it. */
export interface Scrape {
  job: string
  instance: string
  /** When it was taken, in ms. */
  at: number
  up: boolean
  /** By the series' name with its labels, as the text has it and with Prometheus' own. */
  samples: Map<string, number>
}

export interface Target { job: string, instance: string, url: string }

const line = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i

/** Which of the metrics only grow, learnt from what the processes say of them. */
export const growing = new Set<string>()

export const nameOf = (series: string) => series.split('{', 1)[0]!

function read(text: string, { job, instance }: Target): Map<string, number> {
  const samples = new Map<string, number>()
  for (const row of text.split('\n')) {
    const [, declared, type] = /^# TYPE (\S+) (\S+)$/.exec(row) ?? []
    if (declared && type === 'counter') growing.add(declared)
    if (declared && type === 'histogram') for (const part of ['bucket', 'sum', 'count']) growing.add(`${declared}_${part}`)
    const [, name, labels, value] = line.exec(row) ?? []
    if (name && !Number.isNaN(Number(value))) samples.set(`${name}{${[labels?.replace(/(^|,)instance=/, '$1exported_instance='), `job="${job}"`, `instance="${instance}"`].filter(Boolean).join(',')}}`, Number(value))
  }
  return samples
}

/** Asks all targets at once; one that does not answer in time is down. */
export function scrape(targets: readonly Target[], { withinMs = 5_000 } = {}): Promise<Scrape[]> {
  return Promise.all(targets.map(async (target): Promise<Scrape> => {
    const { job, instance } = target
    const at = performance.now()
    try {
      const response = await fetch(`${target.url}/metrics`, { signal: AbortSignal.timeout(withinMs) })
      const samples = read(await response.text(), target)
      return { job, instance, at, up: response.ok, samples }
    }
    catch {
      return { job, instance, at, up: false, samples: new Map() }
    }
  }))
}
