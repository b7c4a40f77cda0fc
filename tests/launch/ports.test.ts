import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { choosePort, freePort } from '../../scripts/launch/ports.ts'

test('a free port is taken as wanted, without a word', async () => {
  const lines: string[] = []
  const wanted = await freePort()
  expect(await choosePort(wanted, line => lines.push(line))).toBe(wanted)
  expect(lines).toEqual([])
})

/** A container may have no IPv6 at all, and then nobody can hold a port there. */
const ownsIpv6 = Object.values(networkInterfaces()).flat().some(entry => entry?.address === '::1')

test.each(['127.0.0.1', '0.0.0.0', ...(ownsIpv6 ? ['::1'] : [])])('a port that somebody holds on %s is left to them, and that is told in one line', async (host) => {
  const stranger = createServer().listen(0, host)
  onTestFinished(() => void stranger.close())
  await once(stranger, 'listening')
  const { port: wanted } = stranger.address() as AddressInfo
  const lines: string[] = []
  const chosen = await choosePort(wanted, line => lines.push(line))
  expect(chosen).not.toBe(wanted)
  expect(lines).toEqual([`Port ${wanted} is taken, using ${chosen} instead.`])
})
