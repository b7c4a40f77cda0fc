import type { WishedIds } from '#shared/schemas/wishlist'

let asked: Promise<unknown> | null = null

/**
 * Which products somebody wishes for. Shared pages know nothing of it, so the server is asked once the page is quiet;
 * until then `ids` is `null`. A tap shows at once, by `isWished`; the server's answer to the last tap on a thing then wins.
 */
export function useWishes() {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const ids = useState<string[] | null>('wished', () => null)
  const wanted = useState<Record<string, boolean>>('wishes-wanted', () => ({}))
  const isWished = (productId: string) => wanted.value[productId] ?? ids.value?.includes(productId) ?? false

  function load() {
    if (ids.value) return
    asked ??= api<WishedIds>('/api/wishlist/items').then((answer) => {
      ids.value ??= answer.productIds
    }, () => undefined).finally(() => asked = null)
  }

  async function toggle(productId: string, name: string) {
    const wish = !isWished(productId)
    wanted.value[productId] = wish
    const isLast = () => wanted.value[productId] === wish
    let said = `${name} is ${wish ? 'on' : 'off'} your wishlist.`
    try {
      await inTurn(async () => {
        // Taps in quick succession end at the last one.
        if (!isLast() || ids.value?.includes(productId) === wish) return
        ids.value = (await api<WishedIds>(`/api/wishlist/items${wish ? '' : `/${productId}`}`, wish ? { method: 'POST', body: { productId } } : { method: 'DELETE' })).productIds
      })
    }
    catch (error) {
      said = await explain(error)
    }
    if (!isLast()) return
    wanted.value = Object.fromEntries(Object.entries(wanted.value).filter(([id]) => id !== productId))
    announce(said)
  }
  return { ids, isWished, load, toggle }
}
