import { parseArgs } from 'node:util'

interface DemoOptions {
  /** Hot reload: one `nuxt dev` that serves and works. */
  dev: boolean
  /** Forget all data and secrets first. */
  reset: boolean
  /** Show what the processes print. */
  logs: boolean
  port: number
}

const usage = `npm run demo [-- options]    builds when needed, then runs the shop
npm run dev [-- options]     the same with hot reload

  --port <number>   3000 unless told; another one when it is taken
  --reset           start over: forget all data, orders and passwords
  --logs            show what the processes print (always on with hot reload)

Set DATABASE_URL (and DATABASE_READ_URL), REDIS_URL, STRIPE_SECRET_KEY or SMTP_URL to use yours instead of the embedded ones.`

/** @throws with the usage when an argument is unknown or the port is no port */
export function readOptions(args: string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        dev: { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
        logs: { type: 'boolean', default: false },
        port: { type: 'string', default: process.env.PORT ?? '3000' },
      },
    })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`"${values.port}" is no port.`)
    return { dev: values.dev, reset: values.reset, logs: values.logs || values.dev, port }
  }
  catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${usage}`, { cause: error })
  }
}
