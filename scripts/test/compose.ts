// The compose file, built, started, broken and taken down: `npm run test:compose`. Needs a Docker engine and nothing else.
import { engineAnswers } from './engine.ts'
import { compose, step } from './steps.ts'
import { printVerdict } from './verdict.ts'

if (!engineAnswers()) {
  console.error('No Docker engine with compose answers here, so docker-compose.yml cannot be run.')
  process.exit(1)
}
printVerdict([await step('compose', compose)])
