import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface TestProject {
  /** Also the name of its folder below tests/. */
  name: string
  /** One file at a time: its tests start servers, which two files at once would starve of CPU. */
  serial: boolean
  /** Runs against `.output`, so there is nothing to run when the build failed. */
  needsBuild: boolean
  /** Its files share one running shop, started by tests/setup/stack.ts. */
  sharedStack: boolean
  /** Runs docker-compose.yml, so it is there only for who says that a Docker engine is: COMPOSE_TESTS=1. */
  needsEngine?: boolean
}

const projects: TestProject[] = [
  { name: 'unit', serial: false, needsBuild: false, sharedStack: false },
  { name: 'contract', serial: false, needsBuild: false, sharedStack: false },
  { name: 'architecture', serial: false, needsBuild: false, sharedStack: false },
  { name: 'launch', serial: true, needsBuild: false, sharedStack: false },
  { name: 'integration', serial: true, needsBuild: true, sharedStack: true },
  { name: 'fault', serial: true, needsBuild: true, sharedStack: false },
  { name: 'e2e', serial: true, needsBuild: true, sharedStack: true },
  { name: 'compose', serial: true, needsBuild: false, sharedStack: false, needsEngine: true },
]

/** The projects that have tests; vitest stops at one that has none. */
export function testProjects(): TestProject[] {
  return projects.filter(({ name, needsEngine }) => {
    if (needsEngine && process.env.COMPOSE_TESTS !== '1') return false
    const folder = fileURLToPath(new URL(name, import.meta.url))
    return existsSync(folder) && readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(file => file.endsWith('.test.ts'))
  })
}
