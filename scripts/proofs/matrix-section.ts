/** What `tests/fault/matrix.test.ts` leaves: a cell for each page that was visited while something was broken. */
export interface MatrixFile {
  test: string
  pages: { page: string, title: string, asks: string }[]
  cells: { broken: string, fault: string, page: string, text: string, wrong: string[] }[]
}

/**
 * The matrix as a section of docs/proofs.md: a row for each fault, a column for each page.
 * @throws when a cell was not as its table says
 */
export function matrixSection({ test, pages, cells }: MatrixFile): string {
  const wrong = cells.flatMap(cell => cell.wrong.map(text => `${cell.broken}, ${cell.fault}: ${text}`))
  if (wrong.length > 0) throw new Error(`The matrix does not hold:\n${wrong.join('\n')}`)
  const rows = [...Map.groupBy(cells, ({ broken, fault }) => `${broken} | ${fault}`)]
  return `
## What breaks, and what a shopper gets

\`${test}\` puts a proxy before each thing that the shop needs, breaks it, and visits the pages as a browser without JavaScript does: ${cells.length} cells
in ${rows.length} rows. A cell says what is seen, and within which time where that is not the normal one: \`OK\` all that the page has; \`OK+\` the same, slower; \`STALE\` from what was
kept; \`DEG\` without the part that is named; \`503\` a refusal with \`Retry-After\`, a sentence, and the cart kept; \`pending\` an order whose payment is asked about
later. Where there is a "then", it is known by then that something is broken. Normal is up to twice what the same page took in good times, and half a second for a machine that is shared.
After each row no cart is lost, no query waits, and no connection is held beyond what was before. No cache has what these pages ask for: ${pages.filter(({ asks }) => asks === 'fresh').map(({ title }) => title).join(', ')}.

| broken | how | ${pages.map(({ title }) => title).join(' | ')} |
| --- | --- | ${pages.map(() => '---').join(' | ')} |
${rows.map(([name, of]) => `| ${name} | ${pages.map(({ page }) => of.find(cell => cell.page === page)?.text ?? '').join(' | ')} |`).join('\n')}
`
}
