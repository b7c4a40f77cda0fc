// The tests need programs that npm can't bring: a Redis server, nginx, a browser, Prometheus' promtool, which tries the alerts, and
// Java, on which the HTML checker runs.
// No test is left out for want of them.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { findProgram } from '../launch/find-program.ts'
import { findNginx } from '../launch/nginx.ts'
import { findRedisServer } from '../launch/redis.ts'
import { dockerAnswers, redisImage } from '../launch/redis-docker.ts'
import { isRoot } from '../launch/server-account.ts'
import { runProgram } from './run-program.ts'
import { installTool } from './tool.ts'

const packages = ['redis-server', 'nginx-light', 'chromium', 'fonts-liberation', 'prometheus', 'default-jre-headless']
/** Of those, what a package manager would start. */
const services = ['redis-server', 'nginx', 'prometheus', 'prometheus-node-exporter']

/** Keeps apt from starting the services that it installs (Debian policy manual, 9.3.3). */
const servicePolicy = '/usr/sbin/policy-rc.d'

/**
 * Finds or installs what is missing.
 * @returns the environment that tells the tests where it is
 * @throws with the one command that helps, when this process may not install it
 */
export async function prepareMachine(): Promise<Record<string, string>> {
  await installTool('html-checker')
  if (findRedisServer() && findNginx() && findChromium() && findProgram('promtool') && findProgram('java')) return { CHROMIUM_PATH: findChromium() ?? '' }
  if (isRoot && existsSync('/etc/debian_version') && findProgram('apt-get')) await installWithApt()
  const env: Record<string, string> = {}
  if (!findRedisServer() && dockerAnswers()) {
    await runProgram('docker', ['pull', redisImage])
    env.REDIS_FROM_DOCKER = '1'
  }
  const chromium = findChromium()
  const missing = [...(findRedisServer() || env.REDIS_FROM_DOCKER ? [] : ['redis-server']), ...(findNginx() ? [] : ['nginx-light']), ...(chromium ? [] : ['chromium']), ...(findProgram('promtool') ? [] : ['prometheus']), ...(findProgram('java') ? [] : ['default-jre-headless'])]
  if (!chromium || missing.length > 0) throw new Error(`The tests need ${missing.join(' and ')}. Install it with: ${installCommand(missing)}`)
  return { ...env, CHROMIUM_PATH: chromium }
}

function findChromium(): string | null {
  const given = process.env.CHROMIUM_PATH
  if (given) return given
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  return findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome') ?? (existsSync(mac) ? mac : null)
}

async function installWithApt(): Promise<void> {
  const ours = !existsSync(servicePolicy)
  if (ours) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=120', '-qq']
  try {
    await runProgram('apt-get', [...wait, 'update'], env)
    await runProgram('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], env)
  }
  finally {
    if (ours) rmSync(servicePolicy, { force: true })
  }
  // Not now, by the policy, and not at the next boot either: the machine only lent us the program.
  if (existsSync('/run/systemd/system')) {
    for (const service of services) spawnSync('systemctl', ['disable', '--now', service], { stdio: 'ignore' })
  }
}

function installCommand(missing: string[]): string {
  const plain = missing.map(name => name === 'nginx-light' ? 'nginx' : name)
  if (process.platform === 'darwin') return `brew install ${plain.join(' ').replace('redis-server', 'redis').replace('default-jre-headless', 'openjdk')}`
  if (findProgram('dnf')) return `sudo dnf install -y ${plain.join(' ').replace('redis-server', 'valkey').replace('default-jre-headless', 'java-latest-openjdk-headless')}`
  if (findProgram('pacman')) return `sudo pacman -S ${plain.join(' ').replace('redis-server', 'valkey').replace('default-jre-headless', 'jre-openjdk-headless')}`
  return `sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`
}
