import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { apart } from '../../scripts/launch/build.ts'
import { projectDir } from '../../scripts/launch/project.ts'
import { environment, loadConfig } from '../../server/platform/config.ts'

type Mount = string | { type: string, source: string, target: string, read_only?: boolean, volume?: { nocopy?: boolean } }
interface Service {
  image: string
  build?: string
  user?: string
  profiles?: string[]
  restart: string
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  mem_limit?: string
  ports?: string[]
  volumes?: Mount[]
  environment?: Record<string, string>
  depends_on?: string[] | Record<string, { condition: string }>
  healthcheck?: { test?: string[], disable?: boolean }
  stop_grace_period?: string
}
const read = (path: string) => readFileSync(join(projectDir, path), 'utf8')
const text = read('docker-compose.yml')
const { services, volumes } = parse(text, { merge: true }) as { services: Record<string, Service>, volumes: Record<string, null> }
const all = Object.entries(services).map(([name, service]) => ({ name, ...service }))
const ours = all.filter(({ build }) => build)
const named = (mounts: Mount[] = []) => mounts.map(mount => typeof mount === 'string' ? mount.split(':')[0]! : mount.source)

/** As compose does with `${NAME:-default}` and `${NAME:?message}`; whoever has no default is given `value`. */
const filled = (line: string, value = 'x123456789') => line.replaceAll(/\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}/g, (_, byDefault?: string) => byDefault ?? value)

/** Nothing in these images can be run to look: they hold one program and no shell. */
const withoutShell = ['otel-collector', 'jaeger']

describe('docker-compose.yml', () => {
  it('has the services of the topology, and only these', () => {
    expect(Object.keys(services).toSorted()).toEqual([
      'edge-agent', 'grafana', 'jaeger', 'mailpit', 'migrate', 'otel-collector', 'postgres-primary', 'postgres-replica', 'prometheus', 'proxy', 'redis-cache', 'redis-queue', 'sandbox', 'web', 'web-next', 'worker',
    ])
    expect(all.filter(({ profiles }) => profiles).map(({ name, profiles }) => `${name}: ${profiles}`)).toEqual(['web-next: next', 'otel-collector: observe', 'jaeger: observe', 'prometheus: observe', 'grafana: observe'])
  })

  it.each(all)('$name is closed as far as it can be: read-only, without capabilities, bounded in memory', (service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], mem_limit: expect.stringMatching(/^\d+m$/) })
    expect(service.restart).toBe(service.name === 'migrate' ? 'on-failure:3' : 'unless-stopped')
  })

  it.each(all)('$name runs a version that is named', ({ image }) => {
    expect(filled(image, 'local')).toMatch(/^[\w./-]+:[\w.-]+$/)
    expect(image).not.toMatch(/:latest$/)
  })

  it.each(all)('$name says whether it is well, or ends', ({ name, healthcheck }) => {
    if (name === 'migrate') expect(healthcheck).toEqual({ disable: true })
    else if (withoutShell.includes(name)) expect(healthcheck).toBeUndefined()
    else expect(healthcheck?.test?.length).toBeGreaterThan(1)
  })

  it.each(all)('$name is open to this machine alone', ({ ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+$/)
  })

  it('publishes no port of an instance that is scaled, of a database, or of what the shop asks inside', () => {
    expect(all.filter(({ ports }) => ports).map(({ name }) => name)).toEqual(['proxy', 'mailpit', 'jaeger', 'prometheus', 'grafana'])
  })

  it('waits for what it needs, and not for what it can do without', () => {
    expect(services.web!.depends_on).toMatchObject({ 'migrate': { condition: 'service_completed_successfully' }, 'redis-queue': { condition: 'service_healthy' } })
    expect(services.migrate!.depends_on).toEqual({ 'postgres-primary': { condition: 'service_healthy' } })
    expect(services.web!.depends_on).toMatchObject({ 'postgres-replica': { condition: 'service_started' }, 'redis-cache': { condition: 'service_started' } })
    expect(services.proxy!.depends_on).toEqual({ 'edge-agent': { condition: 'service_healthy' } })
  })

  it('mounts only files that are there, and volumes that are declared', () => {
    const sources = [...new Set(all.flatMap(({ volumes: mounts }) => named(mounts)))]
    for (const source of sources.filter(one => one.startsWith('.'))) expect(() => statSync(join(projectDir, source)), source).not.toThrow()
    expect(sources.filter(one => !one.startsWith('.')).toSorted()).toEqual(Object.keys(volumes).toSorted())
  })

  it('has the edge agent at the one port that the shop and Prometheus know', () => {
    const port = services['edge-agent']!.environment!.EDGE_AGENT_PORT!
    expect(services.web!.environment!.EDGE_PURGE_URLS).toBe(`http://edge-agent:${port}/purge`)
    expect(read('deploy/prometheus/prometheus.yml')).toMatch(new RegExp(`names: \\[edge-agent\\]\\s+type: A\\s+port: ${port}\\b`))
  })

  it('mounts files of the project only to be read', () => {
    for (const mount of all.flatMap(({ volumes: mounts = [] }) => mounts).filter(one => typeof one === 'string' && one.startsWith('.'))) expect(mount).toMatch(/:ro$/)
  })
})

describe('the environment of web and worker', () => {
  const shop = ['web', 'web-next', 'worker'].map(name => ({ name, variables: services[name]!.environment! }))
  /** Read by the image's start or by Nuxt, not by the server's own configuration. */
  const others = ['ASSETS_DIR', 'NUXT_PUBLIC_SITE_URL', 'NUXT_PUBLIC_DEMO']

  it.each(shop)('of $name holds only variables that are read', ({ variables }) => {
    expect(Object.keys(variables).filter(name => !(name in environment.shape) && !others.includes(name))).toEqual([])
  })

  it.each(shop)('of $name starts a server', ({ variables }) => {
    const config = loadConfig(Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, filled(value)])))
    expect(config.adminThroughProxy).toBe(true)
    expect(config.trustedProxies).toEqual(['172.30.64.10'])
    expect(services.proxy).toMatchObject({ networks: { default: { ipv4_address: '${SUBNET:-172.30.64}.10' } } })
  })

  it.each(ours.filter(({ environment: variables }) => variables?.SHUTDOWN_DELAY_MS))('$name is given longer than it takes to leave', ({ environment: variables, stop_grace_period: grace }) => {
    expect(Number.parseInt(grace!) * 1_000).toBeGreaterThan(Number(variables!.SHUTDOWN_DELAY_MS) + Number(variables!.SHUTDOWN_TIMEOUT_MS) + 2_000)
  })
})

describe('passwords', () => {
  const made = [...read('deploy/make-env.sh').matchAll(/^([A-Z_]+)=/gm)].map(match => match[1]!)
  const isSecret = (name: string) => /PASSWORD|SECRET|TOKEN|AUTH$|(?:^|_)KEY$/.test(name)

  it('stand nowhere in the file, but come from .env', () => {
    const secrets = all.flatMap(({ environment: variables = {} }) => Object.entries(variables)).filter(([name]) => isSecret(name))
    expect(secrets.length).toBeGreaterThan(10)
    for (const [name, value] of secrets) expect(value, name).toMatch(/^\$\{\w+(?::[-?][^}]*)?\}$/)
    expect(text.match(/:\/\/[^\s:@]*:([^$\s@]+)@/g)).toBeNull()
  })

  it('are all made by the script, and each is missed by name when it was not run', () => {
    const wanted = [...new Set([...text.matchAll(/\$\{(\w+)/g)].map(match => match[1]!))].filter(isSecret)
    expect(wanted.filter(name => !made.includes(name))).toEqual([])
    expect(made.filter(isSecret).filter(name => !wanted.includes(name))).toEqual([])
    for (const name of wanted.filter(one => !one.startsWith('DEMO_'))) expect(text, name).toContain(`\${${name}:?Make .env first, with sh deploy/make-env.sh}`)
  })
})

describe('the image', () => {
  const dockerfile = read('Dockerfile')
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(match => match[1]!)

  it('is built from one base that is named', () => expect(new Set(bases)).toEqual(new Set(['node:24-trixie-slim'])))
  it('runs as nobody in particular, without a shell before the server', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
    expect(last).toMatch(/^USER node$/m)
    expect(last).toMatch(/^CMD \[/m)
    expect(last).toMatch(/^HEALTHCHECK [^\n]*CMD \[/m)
  })
  it('is told no secret while it is built', () => {
    expect(dockerfile).not.toMatch(/^(?:ARG|ENV)[^\n]*(?:PASSWORD|SECRET|TOKEN|_KEY)/m)
    expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['*', '**/.env*']))
  })
  it('copies only what is there', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(match => match[1]!.split(' ')).filter(path => path !== '.')
    expect(copied.length).toBeGreaterThan(15)
    for (const path of copied) expect(() => statSync(join(projectDir, path)), path).not.toThrow()
  })
  it('is built from every folder that a build reads', () => {
    const beforeBuild = dockerfile.slice(0, dockerfile.indexOf('RUN npx nuxt build'))
    const letThrough = read('.dockerignore').split('\n')
    const folders = readdirSync(projectDir, { withFileTypes: true }).filter(entry => entry.isDirectory() && !apart.test(entry.name)).map(entry => entry.name)
    expect(folders.length).toBeGreaterThan(10)
    for (const folder of folders) {
      expect(letThrough, folder).toContain(`!${folder}`)
      // The migrations are read when they run, not by the build.
      if (folder !== 'drizzle') expect(beforeBuild, folder).toContain(`COPY ${folder} ${folder}`)
    }
  })
})

describe('the scripts of the image', () => {
  it('find there all that they import', async () => {
    const entryPoints = [...read('deploy/image/bundle-scripts.ts').matchAll(/: '([\w/.-]+\.ts)'/g)].map(match => match[1]!)
    expect(entryPoints.length).toBeGreaterThan(4)
    const { metafile } = await build({ absWorkingDir: projectDir, entryPoints, outdir: 'dist/bin', bundle: true, write: false, platform: 'node', format: 'esm', packages: 'external', external: ['./migrate.mjs', './seed.mjs', '../.output/*'], metafile: true, logLevel: 'error' })
    const letThrough = read('.dockerignore').split('\n').filter(line => line.startsWith('!')).map(line => line.slice(1))
    const missing = Object.keys(metafile.inputs).filter(file => !letThrough.some(path => file === path || file.startsWith(`${path}/`)))
    expect(missing).toEqual([])
  })
})

describe('the databases\' configuration', () => {
  const settings = Object.fromEntries([...read('deploy/postgres/postgresql.conf').matchAll(/^(\w+) = ('?)(.*)\2$/gm)].map(match => [match[1]!, match[3]!]))

  it('bounds what is kept for a standby that stays away', () => expect(settings.max_slot_wal_keep_size).toMatch(/^\d+[MG]B$/))
  it('never waits for the standby to commit', () => expect([settings.synchronous_commit, settings.synchronous_standby_names]).toEqual(['on', undefined]))
  it('lets nobody in without a password, but over the socket', () => {
    const rules = read('deploy/postgres/pg_hba.conf').split('\n').filter(line => /^(?:local|host)/.test(line)).map(line => line.trim().split(/\s+/))
    expect(rules.length).toBeGreaterThan(5)
    for (const [type, , , ...rest] of rules) expect(rest.at(-1)).toBe(type === 'local' ? 'peer' : 'scram-sha-256')
  })
  it('has a cache that may forget and a queue that may not', () => {
    expect(read('deploy/redis/cache.conf')).toMatch(/^maxmemory-policy allkeys-lru$/m)
    expect(read('deploy/redis/queue.conf')).toMatch(/^maxmemory-policy noeviction$/m)
    expect(read('deploy/redis/queue.conf')).toMatch(/^appendonly yes$/m)
  })
})
