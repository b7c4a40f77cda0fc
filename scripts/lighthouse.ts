// Lighthouse' four marks for the pages that a shopper comes by, on a phone: medians of five, of the built shop behind nginx.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { findProgram } from './launch/find-program.ts'
import { projectDir } from './launch/project.ts'
import { startShop } from './test/started-shop.ts'
import { installTool, toolDir } from './test/tool.ts'

const usage = `npm run lighthouse [-- options]

  --url <address>    of a shop that runs already; without it \`npm run stack\` is started for the time
  --runs <number>    of each page, 5`

const { values } = parseArgs({ options: { url: { type: 'string' }, runs: { type: 'string', default: '5' }, help: { type: 'boolean', default: false } } })
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const runs = Number(values.runs)
const chromium = process.env.CHROMIUM_PATH || findProgram('chromium', 'chromium-browser', 'google-chrome-stable')
if (!chromium) throw new Error('Lighthouse wants a browser. Install it with: sudo apt-get install -y chromium')
const marks = ['performance', 'accessibility', 'best-practices', 'seo'] as const
/** What is behind the mark for performance, in Lighthouse' own units: milliseconds, and for the shift a share of the screen. */
const figures = ['largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'] as const

interface Report { categories: Record<typeof marks[number], { score: number, auditRefs: { id: string, weight: number }[] }>, audits: Record<string, { score: number | null, title: string, numericValue?: number }> }

await installTool('lighthouse')
const stack = values.url ? null : await startShop('stack')
const shopUrl = (values.url ?? stack!.url).replace(/\/$/, '')
try {
  const product = '/products/' + (await (await fetch(`${shopUrl}/api/products?category=mugs&inStock=1&limit=1`)).json() as { items: { slug: string }[] }).items[0]!.slug
  const pages: [name: string, path: string, options: string[]][] = [
    ['home', '/', []],
    ['listing', '/categories/mugs', []],
    ['product', product, []],
    // A basket is nobody's search result, and asks not to be one.
    ['cart', '/cart', ['--skip-audits=is-crawlable', '--extra-headers', JSON.stringify({ Cookie: await basketOf(product) })]],
  ]
  console.log(`${'mobile, medians'.padEnd(18)}${[...marks, 'LCP ms', 'TBT ms', 'CLS'].map(name => name.padStart(16)).join('')}`)
  for (const [name, path, options] of pages) {
    // Unmeasured: whoever comes first waits for the pictures to be drawn.
    await measure(name, path, options)
    const reports: Report[] = []
    for (let run = 0; run < runs; run++) reports.push(await measure(name, path, options))
    const row = [...marks.map(mark => median(reports.map(report => Math.round(report.categories[mark].score * 100)))), ...figures.map((figure, index) => Number(median(reports.map(report => report.audits[figure]!.numericValue!)).toFixed(index === 2 ? 3 : 0)))]
    console.log(`${name.padEnd(18)}${row.map(value => String(value).padStart(16)).join('')}`)
    const lost = new Set(reports.flatMap(({ categories, audits }) => marks.slice(1).flatMap(mark => categories[mark].auditRefs.filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 1).map(({ id }) => `${mark}: ${audits[id]!.title}`))))
    for (const one of lost) console.log(`  ${one}`)
  }
}
finally {
  await stack?.stop()
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

async function measure(name: string, path: string, options: string[], attempts = 3): Promise<Report> {
  const folder = join(projectDir, 'test-results/lighthouse')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.json`)
  const look = promisify(execFile)(process.execPath, [
    join(toolDir('lighthouse'), 'node_modules/lighthouse/cli/index.js'), shopUrl + path, '--quiet', '--output=json', `--output-path=${file}`,
    `--only-categories=${marks.join(',')}`, '--no-enable-error-reporting', '--chrome-flags=--headless=new --no-sandbox --disable-gpu', ...options,
  ], { env: { ...process.env, CHROME_PATH: chromium! }, maxBuffer: 64 * 1024 * 1024 })
  try {
    await look
  }
  catch (error) {
    // On a busy machine the browser's trace now and then has no beginning; it says so, and asks to be run again.
    if (attempts === 1 || !/NO_NAVSTART|Please run Lighthouse again/.test(String((error as { stderr?: string }).stderr))) throw error
    return measure(name, path, options, attempts - 1)
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Report
}

/** The cookie of a shopper with one thing in the basket. */
async function basketOf(product: string): Promise<string> {
  const { variants } = await (await fetch(`${shopUrl}/api${product}`)).json() as { variants: { id: string, inStock: boolean }[] }
  const answer = await fetch(`${shopUrl}/api/cart/items`, { method: 'POST', headers: { 'content-type': 'application/json', 'origin': new URL(shopUrl).origin }, body: JSON.stringify({ variantId: variants.find(variant => variant.inStock)!.id, quantity: 1 }) })
  if (!answer.ok) throw new Error(`The basket was refused: ${answer.status} ${await answer.text()}`)
  return answer.headers.getSetCookie().map(cookie => cookie.split(';')[0]).join('; ')
}
