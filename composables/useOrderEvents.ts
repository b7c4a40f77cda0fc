import type { OrderEventView } from '#shared/schemas/orders'

/** A step of an order, with the position in the database's log that a reader who knows of it must have. */
export type OrderNews = OrderEventView & { lsn: string }

const finals = new Set(['delivered', 'refunded', 'payment-failed'])
/** The stream says something every 15 s. One that was silent for three times as long is dead, though nobody was told. */
const silentForMs = 45_000
const looksEveryMs = 10_000

interface Following {
  status(): string | undefined
  /** The last step that the page shows; a new stream goes on from there. */
  lastId(): string | undefined
  onNews(event: OrderNews): void
  /** Nobody looks any more, or the line is gone. */
  onAway(): void
  /** The page is back. */
  onBack(): void
}

/**
 * Follows an order's events while the page is open. The browser resumes a broken stream by itself, with `Last-Event-ID`; one
 * that the server closed, that a sleeping machine left dead, or that a page brought back from the browser's cache had, is
 * opened anew after the last step that was seen. `connected` is false while the shop cannot be heard.
 */
export function useOrderEvents(path: string, { status, lastId, onNews, onAway, onBack }: Following) {
  const connected = ref(true)
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let watchdog: ReturnType<typeof setInterval> | undefined
  let waitMs = 1000
  let heardAt = Date.now()

  function close() {
    clearTimeout(retry)
    source?.close()
    source = undefined
  }
  function heard() {
    heardAt = Date.now()
    connected.value = true
  }
  function open() {
    close()
    if (finals.has(status() ?? '')) return
    heardAt = Date.now()
    source = new EventSource(`${path}${path.includes('?') ? '&' : '?'}after=${lastId() ?? 0}`)
    source.onopen = () => {
      waitMs = 1000
      heard()
    }
    source.addEventListener('ping', heard)
    source.onmessage = ({ data }) => {
      heard()
      onNews(JSON.parse(String(data)) as OrderNews)
    }
    source.onerror = () => {
      connected.value = false
      if (source?.readyState !== EventSource.CLOSED) return
      retry = setTimeout(open, waitMs)
      waitMs = Math.min(60_000, waitMs * 2)
    }
  }
  function wake() {
    if (document.visibilityState !== 'visible') return onAway()
    onBack()
    open()
  }
  function offline() {
    onAway()
    close()
    connected.value = false
  }
  function lookForSilence() {
    if (source && document.visibilityState === 'visible' && Date.now() - heardAt > silentForMs) wake()
  }
  const fromCache = (event: PageTransitionEvent) => event.persisted && wake()

  onMounted(() => {
    open()
    watchdog = setInterval(lookForSilence, looksEveryMs)
    document.addEventListener('visibilitychange', wake)
    window.addEventListener('online', wake)
    window.addEventListener('offline', offline)
    window.addEventListener('pageshow', fromCache)
  })
  onBeforeUnmount(() => {
    close()
    clearInterval(watchdog)
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('online', wake)
    window.removeEventListener('offline', offline)
    window.removeEventListener('pageshow', fromCache)
  })
  return { connected }
}
