/** Where the checks put what they see: counts by name, and a few lines of evidence for each violation. */
export interface Findings {
  /** What happened, for people. */
  figures: Record<string, number>
  /** What must be zero. */
  violations: Record<string, number>
  evidence: string[]
}

export interface Notebook extends Findings {
  count(name: string, by?: number): void
  /** Counts a violation when `breaks`; a name that was only looked for stands there with 0. */
  violation(name: string, breaks: boolean, evidence?: () => unknown): void
}

const evidencePerName = 5

export function openNotebook(): Notebook {
  const figures: Record<string, number> = {}
  const violations: Record<string, number> = {}
  const evidence: string[] = []
  return {
    figures,
    violations,
    evidence,
    count(name, by = 1) {
      figures[name] = (figures[name] ?? 0) + by
    },
    violation(name, breaks, about) {
      violations[name] = (violations[name] ?? 0) + Number(breaks)
      if (breaks && violations[name] <= evidencePerName) evidence.push(`${name}: ${JSON.stringify(about?.() ?? null)}`)
    },
  }
}
