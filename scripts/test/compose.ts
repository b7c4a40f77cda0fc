// The compose file, built, started, broken and taken down: `npm run test:compose`. Needs a Docker engine and nothing else.
import { engineAnswers } from './engine.ts'
import { step, vitest } from './steps.ts'

if (!engineAnswers()) {
  console.error('No Docker engine with compose answers here, so docker-compose.yml cannot be run.')
  process.exit(1)
}
const { passed, failures } = await step('compose', () => vitest({ args: ['--project', 'compose'], env: { COMPOSE_TESTS: '1' } }))
if (failures.length > 0) console.log(`\nFailed:\n${failures.map(failure => `  ✗ ${failure}`).join('\n')}`)
console.log(`\n${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length > 0 ? 1 : 0
