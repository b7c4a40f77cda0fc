// A vitest reporter that leaves what a run found as JSON, at the path in TEST_REPORT, for the command that started it.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'
import { projectDir } from '../launch/project.ts'

export interface TestReport {
  name: string
  state: 'passed' | 'failed' | 'skipped' | 'pending'
  durationMs: number
}

export interface FileReport {
  /** The vitest project, one of tests/projects.ts. */
  project: string
  /** From the top of the repository. */
  file: string
  /** Epoch milliseconds from loading the file to the end of its last hook. */
  startedAt: number
  endedAt: number
  /** First lines of what went wrong outside of its tests: a file that cannot be loaded, a hook that failed. */
  errors: string[]
  tests: TestReport[]
}

export interface RunReport {
  files: FileReport[]
  /** First lines of errors that belong to no file. */
  errors: string[]
}

const firstLine = ({ message }: Pick<SerializedError, 'message'>) => message.split('\n')[0] ?? ''

export default class FileReporter implements Reporter {
  private readonly started = new Map<string, number>()
  private readonly ended = new Map<string, number>()

  onTestModuleQueued({ id }: TestModule) {
    this.started.set(id, Date.now())
  }

  onTestModuleEnd({ id }: TestModule) {
    this.ended.set(id, Date.now())
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]) {
    const path = process.env.TEST_REPORT
    if (!path) return
    const report: RunReport = { files: modules.map(module => this.reportOf(module)), errors: unhandled.map(firstLine) }
    writeFileSync(path, JSON.stringify(report))
  }

  private reportOf(module: TestModule): FileReport {
    const suites = [...module.children.allSuites()]
    const now = Date.now()
    return {
      project: module.project.name,
      file: relative(projectDir, module.moduleId).replaceAll('\\', '/'),
      startedAt: this.started.get(module.id) ?? now,
      endedAt: this.ended.get(module.id) ?? now,
      errors: [...module.errors(), ...suites.flatMap(suite => suite.errors())].map(firstLine),
      tests: [...module.children.allTests()].map(test => ({ name: test.fullName, state: test.result().state, durationMs: test.diagnostic()?.duration ?? 0 })),
    }
  }
}
