import { type H3Event, sendRedirect } from 'h3'
import { AppError } from './app-error.ts'

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
