/**
 * Where a process is put together: the platform, the outside world behind its guards, and the domains wired to each
 * other. Nothing else reads the environment or opens a connection.
 */
import { join } from 'node:path'
import { addressData } from './account/index.ts'
import { cartData, moveCode, moveItems } from './cart/index.ts'
import { createCarrier, findParcel, fulfilment, handOver, parcelData, shipmentInvariants, stopShipment } from './fulfilment/index.ts'
import { accountData, type OnSignedIn } from './auth/index.ts'
import { accountMail, confirmationSentAt, folderMailer, listMails, mailData, mailInvariants, notifications, smtpMailer } from './notifications/index.ts'
import { heldByOwner, listOrderIds, moveOrders, orderData, type OrderDesk, orderInvariants, orderProgress, paymentProgress, refunds } from './orders/index.ts'
import { createStripeGateway, paymentInvariants } from './payments/index.ts'
import { startChangeFeed } from './platform/cache/change-feed.ts'
import { noFlights, redisFlights } from './platform/cache/flights.ts'
import { createHotAnswers } from './platform/cache/hot-answers.ts'
import { type DefineCached, openSharedCache } from './platform/cache/shared-cache.ts'
import { guardRedis } from './platform/cache/redis-guard.ts'
import { connectRedis, whenReady } from './platform/cache/redis.ts'
import type { Config } from './platform/config.ts'
import { openDatabase } from './platform/db/database.ts'
import { outboxInvariants } from './platform/outbox/invariants.ts'
import type { Subscriber } from './platform/outbox/subscriber.ts'
import type { Lifecycle } from './platform/lifecycle.ts'
import { openQueues } from './platform/queue/queues.ts'
import { openLimiter } from './platform/rate-limit/open-limiter.ts'
import type { PersonalData } from './platform/personal-data.ts'
import { startListener } from './platform/realtime/listener.ts'
import { createLoadShedder } from './platform/resilience/load-shedder.ts'
import { createOutbound } from './platform/resilience/outbound.ts'
import type { Platform } from './platform/services.ts'
import { createLog } from './platform/telemetry/log.ts'
import { createMetrics } from './platform/telemetry/metrics.ts'
import { gaugeLoad, gaugeProcess, gaugeRedis } from './platform/telemetry/process-gauges.ts'
import { startTracing } from './platform/telemetry/start-tracing.ts'
import { openPictures, recommendationFeed, stockInvariants, stockLedger, sweepUploads, uploadedPictures } from './products/index.ts'
import { promotionData, promotionInvariants } from './promotions/index.ts'
import { moveReviews, reviewData, reviewInvariants } from './reviews/index.ts'
import { salesFigures, salesInvariants } from './sales/index.ts'
import { moveWishes, wishData } from './wishlist/index.ts'

/** Opens what every process needs. */
export async function composePlatform(config: Config, { defineCached, lifecycle }: { defineCached: DefineCached, lifecycle: Lifecycle }) {
  const log = createLog(config.logLevel, { role: config.role, instance: config.instanceId })
  // Before the first connection, which it watches.
  const stopTracing = await startTracing(config, log)
  const database = openDatabase({ ...config.database, name: `${config.role}-${config.instanceId}` })
  const metrics = createMetrics({ version: config.version, role: config.role, instance: config.instanceId })
  gaugeProcess(metrics, database)
  const redis = config.redis.cacheUrl ? connectRedis(config.redis.cacheUrl) : null
  if (redis) await whenReady(redis)
  database.primary.onChange(() => log.warn('another primary is followed', { server: new URL(database.primary.url()).host, timeline: database.primary.timeline() }))
  const listener = startListener(database.primary, log)
  const changes = startChangeFeed({ listener, database, log })
  const guard = redis && guardRedis(redis, { name: 'the cache' })
  const limiter = openLimiter(config, redis && guard && { redis, guard })
  const shedder = createLoadShedder(config.shedding)
  const platform: Platform = {
    config,
    log,
    metrics,
    database,
    queues: openQueues({ redisUrl: config.redis.queueUrl, primary: database.primary, patience: config.queue, lockMs: config.queueLockMs }),
    listener,
    limiter,
    shedder,
    countShed: gaugeLoad(metrics, shedder),
    lifecycle,
    cacheBackend: redis ? 'redis' : 'memory',
    changes,
    flights: redis && guard ? redisFlights(redis, { run: guard.run, prefix: `flight:${config.version}:` }) : noFlights,
    hotAnswers: createHotAnswers({ maxBytes: config.processCacheBytes }),
    sharedCache: openSharedCache(defineCached),
    async pingCache() {
      await guard?.run(client => client.ping())
    },
  }
  gaugeRedis(metrics, { cache: redis && platform.pingCache, queue: config.redis.queueUrl ? platform.queues.ping : null })
  async function close() {
    changes.stop()
    shedder.stop()
    await platform.queues.close()
    await platform.listener.stop()
    await limiter.close()
    redis?.disconnect()
    await database.close()
    await stopTracing()
  }
  return { platform, guard, close }
}

/** Wires the domains to the outside world and to each other. */
export function composeShop({ config, database }: Pick<Platform, 'config' | 'database'>) {
  const gateway = createStripeGateway(config.stripe)
  const carrier = createCarrier(config.carrier.url ?? 'http://127.0.0.1:1/carrier')
  const mailer = config.mail.smtpUrl ? smtpMailer(config.mail.smtpUrl, config.mail.from, { timeoutMs: config.mail.timeoutMs }) : folderMailer(join(config.dataDir, 'mail'), config.mail.from)
  // Three times what the mailer may take: a worker that dies with a mail in its hands delays it by no more than this.
  const leaseMs = 3 * config.mail.timeoutMs
  const settle = { database, gateway }
  const pictures = openPictures(config.dataDir)
  const subscribers: Subscriber[] = [
    stockLedger,
    notifications({ database, mailer, leaseMs, publicUrl: config.publicUrl }),
    accountMail({ database, mailer, leaseMs, publicUrl: config.publicUrl }),
    fulfilment({ database, carrier }),
    salesFigures,
    orderProgress,
    paymentProgress(settle),
    refunds({ database, gateway }),
    uploadedPictures({ database, pictures }),
  ]
  const onSignedIn: OnSignedIn = async (tx, { guestSessionId, userId }) => {
    await moveItems(tx, guestSessionId, userId)
    await moveCode(tx, guestSessionId, userId)
    await moveOrders(tx, guestSessionId, userId)
    await moveReviews(tx, guestSessionId, userId)
    await moveWishes(tx, guestSessionId, userId)
  }
  // Who needs to know which orders are whose comes before the orders, which forget it; the account itself is last.
  const personalData: readonly PersonalData[] = [cartData, addressData, promotionData(listOrderIds), reviewData, wishData, mailData, parcelData, orderData, accountData]
  return {
    personalData,
    confirmationSentAt,
    gateway,
    settle,
    subscribers,
    invariants: [...stockInvariants, ...orderInvariants, ...paymentInvariants, ...shipmentInvariants, ...mailInvariants, ...salesInvariants, ...promotionInvariants, ...reviewInvariants, ...outboxInvariants(subscribers)],
    onSignedIn,
    heldByOwner,
    pictures,
    sweepUploads: () => sweepUploads(database, pictures.uploads),
    feedRecommendations: config.recommendationsUrl ? recommendationFeed(config.recommendationsUrl, database) : null,
    stopShipment: stopShipment({ database, carrier }),
    orderDesk: { findParcel, listMails, handOver: handOver({ database, carrier }) } satisfies OrderDesk,
    recommendations: config.recommendationsUrl
      ? { url: config.recommendationsUrl, outbound: createOutbound({ name: 'recommendations', timeoutMs: 300, concurrency: 20, queue: 0, attempts: 1 }) }
      : null,
  }
}
