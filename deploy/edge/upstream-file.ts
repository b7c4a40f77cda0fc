import { isIPv6 } from 'node:net'
import type { ReleaseState } from './release-state.ts'

const lots = Array.from({ length: 256 }, (_, lot) => lot.toString(16).padStart(2, '0'))

/** An address as nginx reads it. */
const quoted = (address: string) => {
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? []
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

const upstream = (service: string, addresses: readonly string[]) => `upstream shop_${service} {
  zone shop_${service} 256k;
  least_conn;
${addresses.map(address => `  server ${quoted(address)} max_fails=2 fail_timeout=2s;`).join('\n')}
  keepalive 64;
  # Node closes after 5 s what is idle; whoever closes first is never in the middle of a request.
  keepalive_timeout 3s;
}`

/**
 * What nginx includes: an upstream for each service that has instances, and which one a lot (two hexadecimal digits, from the
 * browser's cookie) gets. The number tells the agent which list is in force.
 * @param instances addresses (`host:port`) by service; a service without any gets no upstream
 */
export function upstreamFile(instances: ReadonlyMap<string, readonly string[]>, { stable, canary, canaryShare }: Omit<ReleaseState, 'drained'>, generation: number): string {
  const filled = [...instances].filter(([, addresses]) => addresses.length > 0)
  const canaryIsThere = canary !== null && filled.some(([service]) => service === canary)
  const moved = canaryIsThere ? lots.slice(0, Math.round(canaryShare * lots.length / 100)) : []
  return `# Written by the edge agent; do not edit.
${filled.map(([service, addresses]) => upstream(service, addresses)).join('\n')}
map $edge_lot $edge_service {
  default ${stable};
${moved.map(lot => `  ${lot} ${canary};\n`).join('')}}
map "" $edge_set_cookie {
  default ${canary !== null && canaryShare > 0 ? '$edge_lot_to_set' : '""'};
}
map "" $edge_generation {
  default ${generation};
}
`
}
