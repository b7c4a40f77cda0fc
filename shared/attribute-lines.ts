type Attributes = Record<string, string | number | boolean | string[]>

/** Details as lines to edit: `capacityMl: 350`, `dishwasher: yes`, `inks: ochre | salt`. */
export function linesOfAttributes(attributes: Attributes): string {
  return Object.entries(attributes).map(([name, value]) => `${name}: ${value === true ? 'yes' : value === false ? 'no' : Array.isArray(value) ? value.length > 1 ? value.join(' | ') : `${value[0] ?? ''} |` : value}`).join('\n')
}

function valueOf(text: string): Attributes[string] {
  if (text === 'yes') return true
  if (text === 'no') return false
  if (text.includes('|')) return text.split('|').map(part => part.trim()).filter(Boolean)
  // A number only when it would be written the same again: `007` is a word.
  return text !== '' && String(Number(text)) === text ? Number(text) : text
}

/** The lines back; `wrong` is the first line without a name and a colon, or with a name that stood before. */
export function attributesOfLines(lines: string): { attributes: Attributes, wrong: string | null } {
  const entries = new Map<string, Attributes[string]>()
  let wrong: string | null = null
  for (const line of lines.split('\n').map(one => one.trim()).filter(Boolean)) {
    const [, name, text] = /^([A-Za-z][\w -]{0,59}?)\s*:\s*(.*)$/.exec(line) ?? []
    if (name === undefined || text === undefined || entries.has(name)) wrong ??= line
    else entries.set(name, valueOf(text))
  }
  return { attributes: Object.fromEntries(entries), wrong }
}
