// What the operating system knows of processes: who is alive, who descends from whom, and signals to a whole tree.
// A process group is not enough for Postgres: each of its children opens a session of its own.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

interface Entry {
  pid: number
  parent: number
  started: string
}

/** A token that stays the same for the life of a process and never passes to a later one with the same pid; null when it is gone. */
export function identityOf(pid: number): string | null {
  const entry = process.platform === 'linux' ? readLinuxEntry(pid) : listOtherEntries().find(one => one.pid === pid)
  return entry ? `${entry.pid}@${entry.started}` : null
}

/** The process that started `pid`; null when `pid` is gone. */
export function parentOf(pid: number): number | null {
  return listEntries().find(entry => entry.pid === pid)?.parent ?? null
}

/** The command line of a process; empty when it is gone or not ours to see. */
export function commandOf(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  }
  catch {
    return ''
  }
}

/** Every living process below `pid`, nearest first. */
export function descendantsOf(pid: number): number[] {
  if (pid === 0) return []
  const entries = listEntries()
  const found: number[] = []
  for (let generation = [pid]; generation.length > 0;) {
    generation = entries.filter(entry => generation.includes(entry.parent)).map(entry => entry.pid)
    found.push(...generation)
  }
  return found
}

/** Sends a signal; false when the process is gone. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  // 0 means "my own group" to the kernel, and here a process that never started.
  if (pid === 0) return false
  try {
    return process.kill(pid, name)
  }
  catch {
    return false
  }
}

/** Stops a process and all below it in their tracks (SIGSTOP), the parent first so that it can start no more. */
export function freezeTree(pid: number): void {
  signal(pid, 'SIGSTOP')
  for (const child of descendantsOf(pid)) signal(child, 'SIGSTOP')
}

/** Undoes `freezeTree`. */
export function resumeTree(pid: number): void {
  for (const child of descendantsOf(pid)) signal(child, 'SIGCONT')
  signal(pid, 'SIGCONT')
}

/** kill -9 for a process and all below it; resolves when none of them is left. */
export async function killTree(pid: number): Promise<void> {
  signal(pid, 'SIGSTOP')
  const victims = [pid, ...descendantsOf(pid)].map(one => ({ pid: one, identity: identityOf(one) }))
  for (const victim of victims) signal(victim.pid, 'SIGKILL')
  while (victims.some(victim => victim.identity !== null && identityOf(victim.pid) === victim.identity)) {
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

function listEntries(): Entry[] {
  if (process.platform !== 'linux') return listOtherEntries()
  return readdirSync('/proc').filter(name => /^\d+$/.test(name))
    .flatMap(name => readLinuxEntry(Number(name)) ?? [])
}

function readLinuxEntry(pid: number): Entry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets and may itself hold spaces and brackets; proc(5) numbers the fields after it from 3.
    const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie only waits for its parent to read the exit code: whoever asks means a process that still does something.
    return state === 'Z' || state === 'X' ? undefined : { pid, parent: Number(parent), started: rest[17] ?? '' }
  }
  catch {
    return undefined
  }
}

function listOtherEntries(): Entry[] {
  if (process.platform === 'win32') return []
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,lstart='], { encoding: 'utf8' }).split('\n').flatMap((line) => {
    const [pid, parent, state, ...started] = line.trim().split(/\s+/)
    return pid && !state?.startsWith('Z') ? [{ pid: Number(pid), parent: Number(parent), started: started.join(' ') }] : []
  })
}
