import { connect } from 'node:net'

export interface RawReply { status: number, headers: Record<string, string>, body: string, text: string }

/** Sends these bytes, and reads until the other side closes: for what no client library will send. */
export async function sendRaw(url: string, request: string | Buffer, { withinMs = 15_000 } = {}): Promise<RawReply> {
  const { hostname, port } = new URL(url)
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request))
    const chunks: Buffer[] = []
    socket.setTimeout(withinMs, () => socket.destroy(new Error(`no end within ${withinMs} ms`)))
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    socket.on('error', error => (chunks.length > 0 ? resolve(Buffer.concat(chunks).toString('latin1')) : reject(error)))
  })
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s)
  const [line = '', ...fields] = head.split('\r\n')
  return { status: Number(line.split(' ')[1]), headers: Object.fromEntries(fields.map(field => [field.split(':')[0]!.toLowerCase(), field.slice(field.indexOf(':') + 1).trim()])), body, text }
}

/** A request whose target and headers are as given, byte by byte. */
export const rawRequest = (method: string, target: string, headers: readonly string[] = [], body = '') =>
  Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n${headers.map(one => `${one}\r\n`).join('')}\r\n${body}`, 'latin1')
