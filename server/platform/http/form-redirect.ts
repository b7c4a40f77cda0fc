import { type H3Event, sendRedirect } from 'h3'
import { AppError } from './app-error.ts'

/** A path on this site, or the fallback: a redirect never leaves the shop. */
export function localPath(wanted: string | undefined, fallback: string): string {
  if (!wanted || !/^\/(?![/\\])[^\s\\]*$/.test(wanted)) return fallback
  const url = new URL(wanted, 'http://localhost')
  const path = `${url.pathname}${url.search}`
  // Taking the dots out of `/.//evil.example` leaves another host's address.
  return url.host === 'localhost' && !path.startsWith('//') ? path : fallback
}

/**
 * Runs what a form without JavaScript asked for and sends the browser on (303). A refusal sends it back to
 * `failurePath` with `?problem=<code>`, where the page says it in words.
 */
export async function answerForm(event: H3Event, work: () => Promise<string>, failurePath: string) {
  try {
    return await sendRedirect(event, await work(), 303)
  }
  catch (error) {
    if (!(error instanceof AppError)) throw error
    const target = new URL(failurePath, 'http://localhost')
    target.searchParams.set('problem', error.code)
    return sendRedirect(event, `${target.pathname}${target.search}`, 303)
  }
}
