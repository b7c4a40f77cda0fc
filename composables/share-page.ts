/**
 * Hands the page's address to the system's own share sheet, or puts it on the clipboard where there is none.
 * @returns what to say, or nothing when the sheet says it itself
 */
export async function sharePage(title: string): Promise<string> {
  const url = location.href
  if (navigator.share) {
    // Somebody who closes the sheet has changed their mind, and knows.
    await navigator.share({ title, url }).catch(() => undefined)
    return ''
  }
  try {
    await navigator.clipboard.writeText(url)
    return 'The link is copied.'
  }
  catch {
    return `The link could not be copied. It is ${url}`
  }
}
