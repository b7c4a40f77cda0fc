/**
 * The settings of a postgresql.conf by name, for `-c` flags. Where it listens is not among them: here that is the loopback alone.
 * @throws at a line that is neither a setting nor a comment
 */
export function readPostgresSettings(text: string): Record<string, string> {
  const lines = text.split('\n').map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'))
  const settings = lines.map((line): [string, string] => {
    const [, name, quoted, plain] = /^([a-z_]+)\s*=\s*(?:'([^']*)'|([^\s#']+))\s*(?:#.*)?$/.exec(line) ?? []
    if (!name) throw new Error(`"${line}" is no setting.`)
    return [name, quoted ?? plain ?? '']
  })
  return Object.fromEntries(settings.filter(([name]) => name !== 'listen_addresses'))
}
