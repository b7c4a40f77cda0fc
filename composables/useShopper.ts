import { localPath } from '#shared/local-path'
import type { SessionAnswer, User } from '#shared/schemas/auth'

/** Who is logged in: `undefined` until asked. On shared pages ask only after mount. */
export function useShopper() {
  const api = useShopperApi()
  const user = useState<User | null | undefined>('shopper', () => undefined)

  async function refresh() {
    user.value = (await api<SessionAnswer>('/api/auth/session')).user
    return user.value
  }

  /** Logs out or in elsewhere change everything that belongs to a shopper. */
  async function enter(path: '/api/auth/login' | '/api/auth/register', body: Record<string, string>) {
    const answer = await api<{ user: User }>(path, { method: 'POST', body })
    user.value = answer.user
    // The guest's wishes are the account's now, beside its own.
    useState<string[] | null>('wished').value = null
  }
  return { user, refresh, enter }
}

/** `next` from a query, if it stays inside the shop; otherwise `/account`. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' ? localPath(next, '/account') : '/account'
}
