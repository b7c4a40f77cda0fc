// What an answer costs below the shop: Node's own server, or h3 on it. `node plain-server.ts node|h3 <port> <file of JSON>`.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createApp, defineEventHandler, toNodeListener } from 'h3'

const [kind, port, file] = process.argv.slice(2)
const body: unknown = JSON.parse(readFileSync(file!, 'utf8'))

function listener() {
  if (kind === 'h3') return toNodeListener(createApp().use(defineEventHandler(() => body)))
  return ((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  }) satisfies Parameters<typeof createServer>[1]
}

createServer(listener()).listen(Number(port), '127.0.0.1')
