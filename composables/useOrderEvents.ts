import type { OrderEventView } from '#shared/schemas/orders'

/** A step of an order, with the position in the database's log that a reader who knows of it must have. */
export type OrderNews = OrderEventView & { lsn: string }

const finals = new Set(['delivered', 'refunded', 'payment-failed'])

/**
 * Follows an order's events while the page is open. The browser resumes a broken stream by itself;
 * one that the server closed, or that a sleeping machine left dead, is opened anew, and `onNews` is called to catch up.
 */
export function useOrderEvents(path: string, status: () => string | undefined, onNews: (event?: OrderNews) => void) {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitMs = 1000

  function close() {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }
  function open() {
    close()
    if (finals.has(status() ?? '')) return
    source = new EventSource(path)
    source.onopen = () => {
      waitMs = 1000
    }
    source.onmessage = ({ data }) => onNews(JSON.parse(String(data)) as OrderNews)
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return
      timer = setTimeout(open, waitMs)
      waitMs = Math.min(60_000, waitMs * 2)
    }
  }
  function wake() {
    if (document.visibilityState !== 'visible') return
    onNews()
    open()
  }

  onMounted(() => {
    open()
    document.addEventListener('visibilitychange', wake)
    window.addEventListener('online', wake)
  })
  onBeforeUnmount(() => {
    close()
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('online', wake)
  })
}
