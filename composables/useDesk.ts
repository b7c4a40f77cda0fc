import type { DeskAction, Waiting } from '#shared/schemas/desk'

/** Looks again every `everyMs` while somebody looks at the page, and at once when they come back to it. */
export function useLookAgain(look: () => Promise<unknown>, everyMs = 15_000) {
  const again = () => {
    if (document.visibilityState === 'visible') void look()
  }
  let timer: ReturnType<typeof setInterval> | undefined
  onMounted(() => {
    timer = setInterval(again, everyMs)
    document.addEventListener('visibilitychange', again)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', again)
  })
}

/** What needs a hand, for the badges of the navigation; empty until somebody has told. */
export function useWaiting() {
  const api = useShopperApi()
  const { data, refresh } = useAsyncData('admin:waiting', () => api<Waiting>('/api/admin/waiting'), { lazy: true })
  useLookAgain(refresh, 30_000)
  return data
}

const actions: Record<string, (by: string) => string> = {
  'orders.refund-requested': by => `${by} sent money back`,
  'orders.fulfilled-by-hand': by => `${by} handed the parcel over`,
  'orders.cancelled': by => `${by} cancelled it`,
  'orders.note-added': by => `${by} noted something`,
}

/** What a colleague did, as another one reads it. */
export const actionWords = ({ kind, by }: DeskAction) => actions[kind]?.(by ?? 'Somebody') ?? `${by ?? 'Somebody'}: ${kind}`

const moment = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' })

/** A moment by the clock on the workshop's wall. */
export const formatShopMoment = (at: string) => moment.format(new Date(at))
/** A day of the shop, `2026-11-22`, as people say it. */
export const formatShopDay = (date: string) => formatDay(`${date}T00:00:00Z`)

/** How the payment and the parcel stand, in words. */
export const paymentWords: Record<string, string> = {
  new: 'Not asked for yet', created: 'Being set up', confirming: 'The bank is thinking', authorised: 'Held on the card', declined: 'Declined',
  abandoned: 'Given up', voided: 'Let go', captured: 'Taken',
}
export const parcelWords = { requested: 'Waiting for the carrier', created: 'Handed to the carrier', shipped: 'On its way', delivered: 'Delivered', cancelled: 'Stopped' } as const
