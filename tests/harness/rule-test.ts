// Turns real scrapes into the series of a promtool test: what was measured for seconds, as if it had gone on for as long as a
// rule looks back.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { promtool } from './promtool.ts'
import { growing, nameOf, type Scrape } from './scrape.ts'

const folder = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url))

export interface Rule { alert?: string, record?: string, expr: string, for?: string, labels?: Record<string, string>, annotations?: Record<string, string> }

export async function readRules(file: 'alerts.yml' | 'recording.yml'): Promise<Rule[]> {
  const { groups } = parse(await readFile(join(folder, file), 'utf8')) as { groups: { rules: Rule[] }[] }
  return groups.flatMap(group => group.rules)
}

const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const
const secondsOf = (duration: string) => Number.parseInt(duration) * seconds[duration.at(-1) as keyof typeof seconds]

/** The expression with each recorded series in the place of its name. */
export function expand(expr: string, recording: readonly Rule[]): string {
  return recording.reduce((rest, { record, expr: recorded }) => rest.replaceAll(record!, `(${recorded})`), expr)
}

/** The same two looks of one kind: a while apart. */
export type Looks = readonly [readonly Scrape[], readonly Scrape[]]

interface Pace { value: number | undefined, perS: number }

/** While their cause lasts, they grow with time as counters do. */
const isAge = (name: string) => /_(?:oldest|age|oldest_job|lag)_seconds$/.test(name)

/** What a series was, and how it grew, between two looks; an age is at rest while all is calm, since it begins anew again and again. */
function paceOf(series: string, [first, last]: Looks, { instance, atRest }: { instance: string, atRest: boolean }): Pace {
  const [a, b] = [first, last].map(looks => looks.find(one => one.instance === instance)!) as [Scrape, Scrape]
  const name = nameOf(series)
  const value = b.samples.get(series)
  if (value === undefined || !(growing.has(name) || (isAge(name) && !atRest))) return { value, perS: 0 }
  const before = a.samples.get(series) ?? (growing.has(name) ? 0 : value)
  return { value, perS: Math.max(0, (value - before) / ((b.at - a.at) / 1_000)) }
}

const number = (value: number) => (Number.isFinite(value) ? String(Math.round(value * 1e6) / 1e6) : '0')

/** What one series does while all is calm, and then while it is not. */
function valuesOf(calm: Pace, fault: Pace, { stepS, calmSteps, faultSteps, counter }: { stepS: number, calmSteps: number, faultSteps: number, counter: boolean }): string {
  const start = calm.value ?? 0
  const end = start + calm.perS * stepS * calmSteps
  const first = calm.value === undefined ? `_x${calmSteps}` : `${number(start)}+${number(calm.perS * stepS)}x${calmSteps}`
  if (faultSteps === 0) return first
  if (fault.value === undefined) return `${first} stale _x${faultSteps}`
  return `${first} ${number((counter ? end : fault.value) + fault.perS * stepS)}+${number(fault.perS * stepS)}x${faultSteps}`
}

interface RuleTest { interval: string, input_series: { series: string, values: string }[], promql_expr_test: { expr: string, eval_time: string, exp_samples: { labels: string, value: number }[] }[] }

/**
 * Tries one alert on what was measured: after a calm stretch with the fault's going on it must fire, and on the calm alone it must not.
 * @throws with promtool's words when it does not
 */
export async function tryAlert(rule: Rule, recording: readonly Rule[], { calm, fault }: { calm: Looks, fault: Looks }): Promise<void> {
  const expr = expand(rule.expr, recording)
  const windows = [...expr.matchAll(/\[(\d+[smhd])\]/g)].map(match => secondsOf(match[1]!))
  const [longest, holds] = [Math.max(300, ...windows), secondsOf(rule.for ?? '0s')]
  // A rule that looks at days is tried in coarser steps: finer ones show nothing more, and take a while.
  const stepS = windows.length === 0 ? 15 : Math.max(15, Math.floor(Math.min(...windows) / 10))
  const calmSteps = Math.ceil(longest / stepS)
  const faultSteps = Math.ceil((holds + Math.max(600, longest / 4)) / stepS)
  const instances = calm[0].map(({ job, instance }) => ({ job, instance }))

  const seriesFor = (withFault: boolean, steps: { calmSteps: number, faultSteps: number }) => instances.flatMap(({ job, instance }) => {
    const looks = (pair: Looks) => pair.flatMap(all => all.filter(one => one.instance === instance))
    const names = new Set([...looks(calm), ...looks(fault)].flatMap(one => [...one.samples.keys()]).filter(series => new RegExp(`\\b${nameOf(series)}\\b`).test(expr)))
    const up = (pair: Looks) => (looks(pair).at(-1)!.up ? 1 : 0)
    return [
      { series: `up{job="${job}",instance="${instance}"}`, values: `${up(calm)}+0x${steps.calmSteps}${withFault ? ` ${up(fault)}+0x${steps.faultSteps}` : ''}` },
      ...[...names].map(series => ({ series, values: valuesOf(paceOf(series, calm, { instance, atRest: true }), paceOf(series, fault, { instance, atRest: false }), { stepS, ...steps, faultSteps: withFault ? steps.faultSteps : 0, counter: growing.has(nameOf(series)) }) })),
    ]
  })
  const fires = { expr: `(count(ALERTS{alertname="${rule.alert!}",alertstate="firing"}) or vector(0)) > bool 0` }
  const at = (steps: number) => `${steps * stepS}s`
  const tests: RuleTest[] = [
    { interval: `${stepS}s`, input_series: seriesFor(true, { calmSteps, faultSteps }), promql_expr_test: [{ ...fires, eval_time: at(calmSteps + faultSteps), exp_samples: [{ labels: '{}', value: 1 }] }] },
    { interval: `${stepS}s`, input_series: seriesFor(false, { calmSteps: calmSteps + faultSteps, faultSteps: 0 }), promql_expr_test: [{ ...fires, eval_time: at(calmSteps + faultSteps), exp_samples: [{ labels: '{}', value: 0 }] }] },
  ]
  const dir = await mkdtemp(join(tmpdir(), 'rules-'))
  try {
    const file = join(dir, 'test.yml')
    // This rule and what it stands on alone: the others would be worked out at every step as well.
    await writeFile(join(dir, 'rules.yml'), JSON.stringify({ groups: [{ name: 'tried', rules: [...recording.filter(({ record }) => rule.expr.includes(record!)), rule] }] }))
    await writeFile(file, JSON.stringify({ rule_files: ['rules.yml'], evaluation_interval: `${stepS}s`, tests }))
    await promtool('test', 'rules', file)
  }
  catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string, stderr?: string }
    const told = tests[0]!.input_series.map(({ series, values }) => `${series} ${values}`).join('\n').slice(0, 3_000)
    throw new Error(`${rule.alert!}: ${stdout}${stderr}\n${told}`, { cause: error })
  }
  finally {
    await rm(dir, { recursive: true, force: true })
  }
}
