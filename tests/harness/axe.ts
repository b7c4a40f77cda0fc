import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import { everythingLoaded } from './loading.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * The rules that read colours, all of axe's category `cat.color` that are on. A dark look runs these alone: the dark theme
 * changes the values of colours and nothing else, so every other rule would read the same page twice.
 */
export const colourRules = ['color-contrast', 'link-in-text-block']

/** What axe finds wrong is all that is asked for; a style sheet would be fetched again for the sake of one experimental rule. */
const onlyFaults: RunOptions = { resultTypes: ['violations'], selectors: false, preload: { assets: ['media'] } }

/**
 * Looks at the page as it stands, light with all of axe's rules and dark with those that read colours.
 * @param widths in CSS pixels; as wide as it is unless told
 * @param dark whether to look at the dark theme, too
 * @returns a line for each element that breaks a rule: width, theme, rule, element, reason
 */
export async function axeFindings(page: Page, { widths = [page.viewportSize()!.width], dark = true }: { widths?: number[], dark?: boolean } = {}): Promise<string[]> {
  const found: string[] = []
  const before = page.viewportSize()!
  for (const width of widths) {
    if (width !== page.viewportSize()!.width) await page.setViewportSize({ width, height: width > 640 ? 900 : 740 })
    await everythingLoaded(page)
    for (const colorScheme of dark ? ['light', 'dark'] as const : ['light'] as const) {
      await page.emulateMedia({ colorScheme })
      const violations = await violationsOn(page, colorScheme === 'dark' ? { ...onlyFaults, runOnly: colourRules } : onlyFaults)
      found.push(...violations.map(line => `${width} ${colorScheme} ${line}`))
    }
  }
  await page.emulateMedia({ colorScheme: null })
  if (page.viewportSize()!.width !== before.width) await page.setViewportSize(before)
  return found
}

/**
 * Its code is put into a document once, however often it looks: reading that code takes longer than a look. The browser keeps
 * what it has compiled of a script from one document to the next, but not of what a page evaluates.
 */
async function violationsOn(page: Page, options: RunOptions): Promise<string[]> {
  if (!await page.evaluate(() => 'axe' in window)) {
    const line = await page.context().newCDPSession(page)
    await line.send('Runtime.evaluate', { expression: axeSource })
    await line.detach()
  }
  return page.evaluate(async (options) => {
    const { violations } = await (window as unknown as { axe: { run(where: Document, options: RunOptions): Promise<AxeResults> } }).axe.run(document, options)
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary?.replace(/\s+/g, ' ')}`))
  }, options)
}
