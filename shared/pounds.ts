/** `1250` → `12.50`, as somebody types it. */
export const poundsOf = (minor: number): string => (minor / 100).toFixed(2)

/** Pence from `12`, `12.5`, `12.50` or `£12.50`; nothing for what is no amount. */
export function penceOf(text: string): number | null {
  const [, pounds, pence = ''] = /^£?(\d{1,7})(?:\.(\d{1,2}))?$/.exec(text.trim().replaceAll(',', '')) ?? []
  return pounds === undefined ? null : Number(pounds) * 100 + Number(pence.padEnd(2, '0'))
}
