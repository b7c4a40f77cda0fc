import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** What is kept of the operators' will, in one JSON file, so that neither the agent's restart nor the machine's undoes it. */
export interface ReleaseState {
  /** The service that all get who do not get the canary. */
  stable: string
  canary: string | null
  /** Percent of the browsers, 0 to 100, that get the canary. A browser stays where it is; a larger share only adds. */
  canaryShare: number
  /** Addresses (`host:port`) that get nothing new. */
  drained: string[]
}

export const firstRelease = (stable: string): ReleaseState => ({ stable, canary: null, canaryShare: 0, drained: [] })

/** What is wrong with a release that somebody asks for, in words; null when nothing is. `services` are those that are known. */
export function mistakeIn(release: Record<string, unknown>, services: readonly string[]): string | null {
  const unknown = Object.keys(release).filter(name => !['stable', 'canary', 'canaryShare'].includes(name))
  if (unknown.length > 0) return `there is no field ${unknown.join(', ')}`
  const { stable, canary, canaryShare } = release
  const isService = (value: unknown) => typeof value === 'string' && services.includes(value)
  if (!isService(stable)) return `stable is one of ${services.join(', ')}`
  if (canary !== null && (!isService(canary) || canary === stable)) return 'canary is null or another service than stable'
  if (typeof canaryShare !== 'number' || !(canaryShare >= 0 && canaryShare <= 100)) return 'canaryShare is a number from 0 to 100'
  return null
}

/** The state of the file, or the first one when there is no file that can be read. */
export function readReleaseState(file: string, stable: string): ReleaseState {
  try {
    return { ...firstRelease(stable), ...JSON.parse(readFileSync(file, 'utf8')) as Partial<ReleaseState> }
  }
  catch {
    return firstRelease(stable)
  }
}

/** Replaces a file in one step, so that whoever reads it never sees half of it. */
export function writeWhole(file: string, text: string): void {
  const next = `${file}.next`
  writeFileSync(next, text)
  renameSync(next, file)
}
