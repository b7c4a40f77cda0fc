import { parseArgs } from 'node:util'

export const usage = `npm run ops -- <command>      works on the compose project of this folder

  status                       what runs: instances, databases and their lag, queues, release
  promote                      makes the standby the primary; the shop follows by itself
  backup [folder]              a base backup below folder (backups)
  restore <folder>             puts a backup in the database's place
  deploy <tag>                 migrates, then replaces workers and webs by image monolith-supply:<tag>, one by one
  canary <percent> <tag>       starts web-next from that image and sends it so many of the browsers
  canary promote | end         everybody to the canary, or nobody
  switch <tag>                 blue-green: starts web-next from that image and sends it everybody, at once
  rollback                     everybody back to where they were before the canary or the switch
  check-migrations [folder]    what the running version could not live with (drizzle)

  --yes                        also when it costs something: buying stops for a while, or data is lost
  --primary URL --replica URL  status and promote on these two servers instead, as superuser
  --help

Ends with 0 when it was done, 1 when it failed or was refused, 2 when called in another way. docs/operations/ has more.`

export interface Command {
  name: 'status' | 'promote' | 'backup' | 'restore' | 'deploy' | 'canary' | 'canary promote' | 'canary end' | 'switch' | 'rollback' | 'check-migrations'
  yes: boolean
  /** The two servers, when they are named. */
  urls: [string, string] | null
  folder: string
  tag: string
  share: number
}

const isTag = (text: string | undefined): text is string => text !== undefined && /^[\w][\w.-]{0,127}$/.test(text)

/** Reads the words of a call. Answers a sentence about what is wrong with them, or null for a call for help. */
export function readCommand(args: readonly string[]): Command | string | null {
  let values: { yes?: boolean, help?: boolean, primary?: string, replica?: string }
  let words: string[]
  try {
    ({ values, positionals: words } = parseArgs({ args: [...args], allowPositionals: true, options: { yes: { type: 'boolean' }, help: { type: 'boolean' }, primary: { type: 'string' }, replica: { type: 'string' } } }))
  }
  catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  if (values.help) return null
  const [name, first, second] = words
  if (name === undefined) return 'Which command?'
  const most = { 'status': 1, 'promote': 1, 'backup': 2, 'restore': 2, 'deploy': 2, 'canary': 3, 'switch': 2, 'rollback': 1, 'check-migrations': 2 }[name]
  if (most === undefined) return `There is no command ${name}.`
  if (words.length > most) return `${name} does not know what to do with ${words.slice(most).join(' ')}.`
  const named = [values.primary, values.replica].filter(url => url !== undefined)
  if (named.length === 1) return 'Name both servers, --primary and --replica, or neither.'
  if (named.length === 2 && name !== 'status' && name !== 'promote') return `${name} works on the compose project alone.`
  if (named.some(url => !/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url))) return 'A server is named by a URL that begins with postgres://.'
  const command: Command = { name: name as Command['name'], yes: values.yes ?? false, urls: named.length === 2 ? [named[0]!, named[1]!] : null, folder: '', tag: '', share: 0 }

  switch (name) {
    case 'backup': return { ...command, folder: first ?? 'backups' }
    case 'check-migrations': return { ...command, folder: first ?? 'drizzle' }
    case 'restore': return first === undefined ? 'Which backup? Name its folder.' : { ...command, folder: first }
    case 'deploy':
    case 'switch': return isTag(first) ? { ...command, tag: first } : `${name} what? Name the tag of an image, such as 1.4.`
    case 'canary': {
      if (first === 'promote' || first === 'end') return second === undefined ? { ...command, name: `canary ${first}` } : `canary ${first} takes nothing more.`
      const share = Number(first)
      if (first === undefined || !(share > 0 && share <= 100)) return 'A canary gets a share from 1 to 100 percent of the browsers.'
      return isTag(second) ? { ...command, share, tag: second } : 'A canary of what? Name the tag of an image, such as 1.5.'
    }
    default: return command
  }
}
