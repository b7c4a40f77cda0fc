// Loaded into each measured server by NODE_OPTIONS: tells on a port of its own what CPU the process has used so far, in
// microseconds. Asking costs a request too, so it is asked once around many.
import { createServer } from 'node:http'

createServer((_, response) => {
  const { user, system } = process.cpuUsage()
  response.end(String(user + system))
}).listen(Number(process.env.CPU_PROBE_PORT), '127.0.0.1').unref()
