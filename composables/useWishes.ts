import type { WishedIds } from '#shared/schemas/wishlist'

let asked: Promise<unknown> | null = null

/** Which products somebody wishes for; `null` until asked. Shared pages know nothing of it, so it is asked for once the page is quiet. */
export function useWishes() {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const ids = useState<string[] | null>('wished', () => null)

  function load() {
    if (ids.value) return
    asked ??= api<WishedIds>('/api/wishlist/items').then((answer) => {
      ids.value ??= answer.productIds
    }, () => undefined).finally(() => asked = null)
  }

  /** Shows at once; the server's list then wins. */
  async function toggle(productId: string, name: string) {
    const wished = !ids.value?.includes(productId)
    const before = ids.value ?? []
    ids.value = wished ? [productId, ...before] : before.filter(id => id !== productId)
    try {
      ids.value = (await api<WishedIds>(`/api/wishlist/items${wished ? '' : `/${productId}`}`, wished ? { method: 'POST', body: { productId } } : { method: 'DELETE' })).productIds
      announce(`${name} is ${wished ? 'on' : 'off'} your wishlist.`)
    }
    catch (error) {
      ids.value = before
      announce(await explain(error))
    }
  }
  return { ids, load, toggle }
}
