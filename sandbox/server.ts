// The outside world of a demo in one process: payments, carrier and recommendations, each with fault knobs.
// Settings come from SANDBOX_* variables (settings.ts). The first line of output is JSON and names the port.
import { startSandbox } from './sandbox.ts'
import { readSettings } from './settings.ts'

try {
  const sandbox = await startSandbox(readSettings(process.env))
  console.log(JSON.stringify({ ready: true, port: sandbox.port }))
  const stop = () => void sandbox.stop().then(() => process.exit(0))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
