/** Frames lines for the terminal; an empty one becomes a gap. */
export function box(lines: string[]): string {
  const width = Math.max(...lines.map(line => line.length))
  const rule = '─'.repeat(width + 4)
  return [`┌${rule}┐`, ...lines.map(line => `│  ${line.padEnd(width)}  │`), `└${rule}┘`].join('\n')
}
