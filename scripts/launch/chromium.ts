import { existsSync } from 'node:fs'
import { findProgram } from './find-program.ts'

const macChrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/**
 * The path of a browser to drive: `CHROMIUM_PATH` when it is set, else the first one installed; null when there is none.
 * The headless shell comes first: the same engine without a desktop browser around it, at half the CPU for each page.
 */
export function findChromium(): string | null {
  const given = process.env.CHROMIUM_PATH
  if (given) return existsSync(given) ? given : null
  return findProgram('chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome')
    ?? (existsSync(macChrome) ? macChrome : null)
}
