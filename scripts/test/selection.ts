import type { TestProject } from '../../tests/projects.ts'

/**
 * The part of the projects that vitest would run for these arguments: those named by `--project`, and of their files those
 * whose path contains one of the filters.
 */
export function selectedBy(args: readonly string[], projects: readonly TestProject[]): TestProject[] {
  const names = args.flatMap((arg, index) => arg === '--project' ? args[index + 1] ?? [] : /^--project=(.*)$/.exec(arg)?.[1] ?? [])
  const filters = args.filter((arg, index) => !arg.startsWith('-') && !/^-[^=]*$/.test(args[index - 1] ?? ''))
  return projects
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map(project => ({ ...project, files: project.files.filter(file => filters.length === 0 || filters.some(filter => file.includes(filter.replace(/^\.\//, '')))) }))
    .filter(({ files }) => files.length > 0)
}
