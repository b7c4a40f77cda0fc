import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ConfigError, environment, loadConfig } from '../../server/platform/config.ts'

const required = {
  DATABASE_URL: 'postgres://shop:pw@localhost/shop',
  STRIPE_SECRET_KEY: 'sk_test_0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
}

function complaintAbout(env: Record<string, string | undefined>): string {
  try {
    loadConfig(env)
  }
  catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('nothing was wrong')
}

describe('the configuration', () => {
  it('when only what is required is set, then everything else has a default', () => {
    expect(loadConfig(required)).toMatchObject({
      mode: 'production',
      role: 'all',
      publicUrl: 'http://localhost:3000',
      rateLimits: true,
      holdMs: 900_000,
      trustedProxies: [],
      database: { primaryUrl: required.DATABASE_URL, replicaUrl: undefined, poolMax: 10, replicaMaxLagMs: 10_000 },
      redis: { cacheUrl: undefined, queueUrl: undefined },
      carrier: { url: undefined, webhookSecret: required.STRIPE_WEBHOOK_SECRET },
    })
  })

  it('when nothing is set, then every required variable is named with what was expected, and no other', () => {
    const message = complaintAbout({})
    for (const name of Object.keys(required)) expect(message).toMatch(new RegExp(`^ {2}${name}: .*expected (a|the) `, 'm'))
    expect(message.match(/^ {2}\w+:/gm)).toHaveLength(3)
  })

  it.each([
    ['DATABASE_URL', 'mysql://localhost/shop'],
    ['DATABASE_URL', 'localhost'],
    ['DATABASE_READ_URL', 'http://replica'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_CACHE_URL', 'http://cache'],
    ['REDIS_QUEUE_URL', 'queue'],
    ['PUBLIC_URL', 'shop.example'],
    ['STRIPE_API_URL', 'ftp://stripe'],
    ['SANDBOX_URL', 'nonsense'],
    ['CARRIER_URL', 'carrier'],
    ['RECOMMENDATIONS_URL', '//recommendations'],
    ['SMTP_URL', 'http://mail'],
    ['STRIPE_SECRET_KEY', 'short'],
    ['STRIPE_WEBHOOK_SECRET', 'short'],
    ['CARRIER_WEBHOOK_SECRET', 'short'],
    ['TRUSTED_PROXIES', '10.0.0.1,balancer'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['ADMIN_THROUGH_PROXY', 'yes'],
    ['WEB_INSTANCES', '0'],
    ['APP_MODE', 'live'],
    ['APP_ROLE', 'server'],
    ['LOG_LEVEL', 'loud'],
    ['RATE_LIMITS', 'no'],
    ['DATABASE_POOL_MAX', '1'],
    ['DATABASE_POOL_MAX', '201'],
    ['DATABASE_POOL_MAX', 'many'],
    ['DATABASE_POOL_MAX', '2.5'],
    ['REPLICA_MAX_LAG_MS', '10s'],
    ['QUEUE_ATTEMPTS', '0'],
    ['QUEUE_FIRST_PAUSE_MS', '1'],
    ['QUEUE_LONGEST_PAUSE_MS', '5m'],
    ['OUTBOX_LOST_AFTER_MS', '10'],
    ['QUEUE_LOCK_MS', '999'],
    ['SWEEP_EVERY_MS', '0'],
    ['PAYMENT_RESUME_AFTER_MS', '15s'],
    ['SMTP_TIMEOUT_MS', '1'],
    ['HOLD_MINUTES', '0'],
    ['HOLD_MINUTES', '121'],
  ])('when %s is %s, then that variable alone is named with what was expected, and its value is not repeated', (name, value) => {
    const lines = complaintAbout({ ...required, [name]: value }).split('\n').filter(line => line.startsWith('  '))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(new RegExp(`^ {2}${name}: .*expected`))
    if (value.length > 3) expect(lines[0]!.slice(name.length + 3)).not.toContain(value)
  })

  it('when several are wrong at once, then all are named, and no secret is repeated', () => {
    const message = complaintAbout({ DATABASE_URL: 'mysql://shop:hunter2@db/shop', STRIPE_SECRET_KEY: 'sk_live', SMTP_URL: 'http://me:hunter3@mail', APP_ROLE: 'hunter4' })
    for (const name of ['DATABASE_URL', 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'SMTP_URL', 'APP_ROLE']) expect(message).toContain(`  ${name}: `)
    expect(message).not.toMatch(/hunter|sk_live/)
  })

  it('when a variable is set to nothing, then it counts as not set', () => {
    expect(loadConfig({ ...required, REDIS_URL: '', DATABASE_POOL_MAX: '' })).toMatchObject({ redis: { cacheUrl: undefined }, database: { poolMax: 10 } })
    expect(complaintAbout({ ...required, DATABASE_URL: '' })).toContain('DATABASE_URL')
  })

  it('when one Redis is given, then it serves both, and a special one wins', () => {
    expect(loadConfig({ ...required, REDIS_URL: 'redis://one' }).redis).toEqual({ cacheUrl: 'redis://one', queueUrl: 'redis://one' })
    expect(loadConfig({ ...required, REDIS_URL: 'redis://one', REDIS_QUEUE_URL: 'redis://two' }).redis).toEqual({ cacheUrl: 'redis://one', queueUrl: 'redis://two' })
  })

  it('when the sandbox is given, then it plays who has no address of their own', () => {
    const { carrier, recommendationsUrl } = loadConfig({ ...required, SANDBOX_URL: 'http://sandbox:1', RECOMMENDATIONS_URL: 'http://other:2' })
    expect([carrier.url, recommendationsUrl]).toEqual(['http://sandbox:1/carrier', 'http://other:2'])
  })

  it('when the public address has a path, then only its origin is kept', () => {
    expect(loadConfig({ ...required, PUBLIC_URL: 'https://shop.example/de/' }).publicUrl).toBe('https://shop.example')
  })

  it('when proxies are listed, then blanks between them do not matter', () => {
    expect(loadConfig({ ...required, TRUSTED_PROXIES: ' 10.0.0.1 ,, fd00::/8,' }).trustedProxies).toEqual(['10.0.0.1', 'fd00::/8'])
  })
})

describe('.env.example', () => {
  interface Entry { name: string, example: string, comment: string }
  const entries: Entry[] = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split(/\n\n/).flatMap((block) => {
    const variable = /^([A-Z_]+)=(.*)$/m.exec(block)
    return variable ? [{ name: variable[1]!, example: variable[2]!, comment: block.slice(0, variable.index) }] : []
  })
  const defaults = environment.parse(required) as Record<string, unknown>

  it('documents exactly the variables that the server reads, each once', () => {
    expect(entries.map(entry => entry.name).toSorted()).toEqual(Object.keys(environment.shape).toSorted())
  })

  it.each(entries)('says of $name what it is for, its default, and an example', ({ name, comment, example }) => {
    expect(comment).toMatch(/^# \S.{20,}/)
    expect(comment).toContain('Example:\n')
    expect(example).not.toBe('')
    const byDefault = defaults[name]
    if (name in required) expect(comment).toContain('# Required.')
    else if (byDefault === undefined || Array.isArray(byDefault)) expect(comment).toMatch(/# Default: (none|nobody|\w+_URL(\/\w+)?|STRIPE_WEBHOOK_SECRET)\./)
    else if (name === 'INSTANCE_ID') expect(comment).toContain('Default: the process id.')
    else expect(comment).toContain(`# Default: ${String(byDefault)}.`)
  })

  it('when it is used as it stands, then the server starts with it', () => {
    expect(() => loadConfig(Object.fromEntries(entries.map(({ name, example }) => [name, example])))).not.toThrow()
  })
})
