// The tests need programs that npm cannot bring. Each is asked for only by the tests that use it, and no test is left out for want of one.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { findChromium } from '../launch/chromium.ts'
import { findProgram } from '../launch/find-program.ts'
import { findNginx } from '../launch/nginx.ts'
import { findRedisServer } from '../launch/redis.ts'
import { dockerAnswers, redisImage } from '../launch/redis-docker.ts'
import { isRoot } from '../launch/server-account.ts'
import type { Need } from './needs.ts'
import { runProgram } from './run-program.ts'
import { installTool } from './tool.ts'

interface Program {
  find(): string | null
  /** Names of its package by package manager; the first of Debian's that the machine's sources have. */
  apt: string[]
  brew: string
  dnf: string
  pacman: string
}

const programs: Partial<Record<Need, Program>> = {
  redis: { find: findRedisServer, apt: ['redis-server'], brew: 'redis', dnf: 'valkey', pacman: 'valkey' },
  nginx: { find: findNginx, apt: ['nginx-light', 'nginx'], brew: 'nginx', dnf: 'nginx', pacman: 'nginx' },
  chromium: { find: findChromium, apt: ['chromium-headless-shell', 'chromium'], brew: 'chromium', dnf: 'chromium-headless', pacman: 'chromium' },
  promtool: { find: () => findProgram('promtool'), apt: ['prometheus'], brew: 'prometheus', dnf: 'golang-github-prometheus', pacman: 'prometheus' },
  java: { find: () => findProgram('java'), apt: ['default-jre-headless'], brew: 'openjdk', dnf: 'java-latest-openjdk-headless', pacman: 'jre-openjdk-headless' },
}
/** What a browser without fonts draws is no page. */
const alongside: Partial<Record<Need, string[]>> = { chromium: ['fonts-liberation'] }
/** Of those, what a package manager would start. */
const services = ['redis-server', 'nginx', 'prometheus', 'prometheus-node-exporter']

/** Keeps apt from starting the services that it installs (Debian policy manual, 9.3.3). */
const servicePolicy = '/usr/sbin/policy-rc.d'

/**
 * Finds or installs the programs that are needed.
 * @returns the environment that tells the tests where Redis comes from
 * @throws with the one command that helps, when this process may not install what is missing
 */
export async function prepareMachine(needs: ReadonlySet<Need>): Promise<Record<string, string>> {
  if (needs.has('java')) await installTool('html-checker')
  if (missingOf(needs).length > 0 && isRoot && existsSync('/etc/debian_version') && findProgram('apt-get')) await installWithApt(missingOf(needs))
  const env: Record<string, string> = {}
  if (needs.has('redis') && !findRedisServer() && dockerAnswers()) {
    await runProgram('docker', ['pull', redisImage])
    env.REDIS_FROM_DOCKER = '1'
  }
  const missing = missingOf(needs).filter(need => !(need === 'redis' && env.REDIS_FROM_DOCKER))
  if (missing.length > 0) throw new Error(`These tests need ${missing.join(' and ')}. Install with: ${installCommand(missing)}`)
  return env
}

const missingOf = (needs: ReadonlySet<Need>): Need[] => [...needs].filter(need => programs[need]?.find() === null)

async function installWithApt(missing: Need[]): Promise<void> {
  const ours = !existsSync(servicePolicy)
  if (ours) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-o', 'DPkg::Lock::Timeout=120', '-qq']
  try {
    await runProgram('apt-get', [...wait, 'update'], { env })
    const packages = missing.flatMap(need => [programs[need]!.apt.find(isPackage) ?? programs[need]!.apt[0]!, ...(alongside[need] ?? [])])
    await runProgram('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], { env })
  }
  finally {
    if (ours) rmSync(servicePolicy, { force: true })
  }
  // Not now, by the policy, and not at the next boot either: the machine only lent us the program.
  if (existsSync('/run/systemd/system')) {
    for (const service of services) spawnSync('systemctl', ['disable', '--now', service], { stdio: 'ignore' })
  }
}

/** Whether apt's sources can install it: a name that only other packages mention has no candidate. */
const isPackage = (name: string) => /Candidate: (?!\(none\))/.test(spawnSync('apt-cache', ['policy', name], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout ?? '')

function installCommand(missing: Need[]): string {
  const named = (manager: 'brew' | 'dnf' | 'pacman') => missing.map(need => programs[need]![manager]).join(' ')
  if (process.platform === 'darwin') return `brew install ${named('brew')}`
  if (findProgram('dnf')) return `sudo dnf install -y ${named('dnf')}`
  if (findProgram('pacman')) return `sudo pacman -S ${named('pacman')}`
  return `sudo apt-get install -y --no-install-recommends ${missing.map(need => programs[need]!.apt[0]!).join(' ')}`
}
