import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { filesBelow, read } from '../architecture/source-files.ts'
import { type KnownMetric, knownMetrics, seriesIn, seriesOf } from '../harness/known-metrics.ts'
import { promtool } from '../harness/promtool.ts'
import { readRules, type Rule } from '../harness/rule-test.ts'

const deploy = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url))

interface Panel { title: string, type: string, datasource?: { uid: string }, targets?: { expr: string }[] }
interface Dashboard { uid: string, title: string, panels: Panel[] }

const dashboards = filesBelow('deploy/grafana/dashboards', '.json').map(file => ({ file, dashboard: JSON.parse(read(file)) as Dashboard }))
const exprsOf = ({ panels }: Dashboard) => panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
const pages = filesBelow('docs/operations/runbook', '.md')

let metrics: KnownMetric[]
let alerts: Rule[]
let recording: Rule[]
let series: Set<string>
let dir: string
beforeAll(async () => {
  ;[metrics, alerts, recording, dir] = await Promise.all([knownMetrics(), readRules('alerts.yml'), readRules('recording.yml'), mkdtemp(join(tmpdir(), 'rules-'))])
  series = new Set([...metrics.flatMap(seriesOf), ...recording.map(rule => rule.record!), 'up'])
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const unknownIn = (exprs: string[]) => [...new Set(exprs.flatMap(seriesIn))].filter(name => !series.has(name))

describe('what an expression asks for', () => {
  it.each([
    ['sum by (route) (rate(http_requests_total{status="5xx", route!~"/a|b"}[5m])) / 2 > bool 1', ['http_requests_total']],
    ['absent(up{job="web"} == 1) or vector(0)', ['up']],
    ['shop:a:rate5m > 1 and shop:b:rate1h unless on (x) nosuch_total', ['shop:a:rate5m', 'shop:b:rate1h', 'nosuch_total']],
    ['histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m])))', ['x_bucket']],
  ])('%s', (expr, names) => expect(seriesIn(expr)).toEqual(names))
})

describe('Prometheus', () => {
  it('takes the configuration and all rules', async () => {
    const { stdout } = await promtool('check', 'config', join(deploy, 'prometheus.yml'))
    expect(stdout.match(/SUCCESS/g)?.length).toBeGreaterThanOrEqual(3)
  })

  it('is asked by no rule for a metric that does not exist', () => {
    expect(alerts.length).toBeGreaterThanOrEqual(25)
    expect(unknownIn([...alerts, ...recording].map(rule => rule.expr))).toEqual([])
    expect(unknownIn(['no_such_total'])).toEqual(['no_such_total'])
  })

  it('has the bounds of the service levels among the buckets', async () => {
    const bounds = [...(await readFile(join(deploy, 'recording.yml'), 'utf8')).matchAll(/le="([\d.]+)"/g)].map(match => match[1])
    expect(new Set(bounds)).toEqual(new Set(['0.3', '0.8']))
    const source = read('server/platform/telemetry/metrics.ts')
    for (const bound of bounds) expect(/buckets: \[(.*)\]/.exec(source)![1]!.split(', ')).toContain(bound)
  })

  it('asks web, worker and the edge, by the names that the services have', () => {
    const { scrape_configs: jobs } = parse(read('deploy/prometheus/prometheus.yml')) as { scrape_configs: { job_name: string }[] }
    expect(jobs.map(job => job.job_name)).toEqual(['web', 'worker', 'edge', 'prometheus'])
  })
})

describe('an alert', () => {
  it('has a severity, words, and a page that names it', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(labels?.severity, alert).toMatch(/^(?:page|ticket)$/)
      expect([annotations?.summary, annotations?.description].every(Boolean), alert).toBe(true)
      expect(pages, alert).toContain(annotations?.runbook_url)
      expect(read(annotations!.runbook_url!), alert).toContain(alert)
    }
  })

  it('is the reason of each page of the runbook, which says what it means, who notices, where to look and what to do', () => {
    expect(pages.filter(page => !alerts.some(({ annotations }) => annotations?.runbook_url === page))).toEqual([])
    for (const page of pages) expect([...read(page).matchAll(/^## (.+)$/gm)].map(match => match[1]), page).toEqual(['What it means', 'What the shopper sees', 'What to look at', 'What to do'])
  })

  it('is for processes that stand no chance to tell of themselves, too', () => {
    for (const job of ['web', 'worker']) expect(alerts.some(({ expr }) => expr.includes(`absent(up{job="${job}"} == 1)`))).toBe(true)
  })
})

describe('a dashboard', () => {
  it('is found by its file, has a name of its own, and panels of a kind that Grafana knows', () => {
    expect(dashboards.map(({ dashboard }) => dashboard.uid).toSorted()).toEqual(['flow', 'processes', 'service-levels'])
    for (const { file, dashboard: { panels } } of dashboards) {
      expect(panels.length, file).toBeGreaterThan(8)
      for (const { type, title, targets, datasource } of panels) {
        expect(['row', 'stat', 'timeseries'], `${file}: ${title}`).toContain(type)
        if (type !== 'row') expect([targets!.length > 0, datasource!.uid], `${file}: ${title}`).toEqual([true, 'prometheus'])
      }
    }
    expect(read('deploy/grafana/provisioning/datasources/datasources.yml')).toContain('uid: prometheus')
  })

  it('asks for nothing that does not exist, in expressions that Prometheus can read', async () => {
    const exprs = dashboards.flatMap(({ dashboard }) => exprsOf(dashboard))
    expect(unknownIn(exprs)).toEqual([])
    const file = join(dir, 'dashboards.yml')
    await writeFile(file, JSON.stringify({ groups: [{ name: 'panels', rules: exprs.map((expr, place) => ({ record: `panel:${place}`, expr })) }] }))
    const { stdout } = await promtool('check', 'rules', file)
    expect(stdout).toContain(`${exprs.length} rules found`)
    await writeFile(file, JSON.stringify({ groups: [{ name: 'panels', rules: [{ record: 'panel:0', expr: 'sum(rate(x[5m])' }] }] }))
    await expect(promtool('check', 'rules', file)).rejects.toThrow()
  })
})

describe('the page on telemetry', () => {
  const told = [...read('docs/operations/telemetry.md').matchAll(/^\| `([a-z_]+)`/gm)].map(match => match[1]!)

  it('names each metric of ours, and none that does not exist', () => {
    const ours = metrics.map(({ name }) => name).filter(name => !/^(?:process|nodejs)_/.test(name))
    expect(ours.filter(name => !told.includes(name))).toEqual([])
    expect(told.filter(name => !metrics.some(metric => metric.name === name))).toEqual([])
  })
})

describe('the collector', () => {
  it('has a pipeline of parts that are there, with the memory limiter first', () => {
    const { receivers, processors, exporters, service } = parse(read('deploy/otel/collector.yaml')) as Record<'receivers' | 'processors' | 'exporters', Record<string, unknown>> & { service: { pipelines: { traces: Record<'receivers' | 'processors' | 'exporters', string[]> } } }
    const { traces } = service.pipelines
    expect([traces.receivers.every(name => name in receivers), traces.processors.every(name => name in processors), traces.exporters.every(name => name in exporters)]).toEqual([true, true, true])
    expect(traces.processors).toEqual(['memory_limiter', 'batch'])
  })
})

describe('OpenTelemetry', () => {
  it('is loaded by one file, which is loaded only where traces are sent', () => {
    const files = filesBelow('server', '.ts')
    expect(files.filter(file => read(file).includes('from \'@opentelemetry/'))).toEqual(['server/platform/telemetry/open-telemetry.ts'])
    for (const lazy of ['open-telemetry', 'watch-calls']) {
      expect(files.filter(file => new RegExp(`from '.*/${lazy}\\.ts'`).test(read(file)))).toEqual([])
      expect(files.filter(file => read(file).includes(`import('./${lazy}.ts')`))).toEqual(['server/platform/telemetry/start-tracing.ts'])
    }
  })
})
