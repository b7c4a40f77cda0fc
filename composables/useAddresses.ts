import type { AddressList, SavedAddress } from '#shared/schemas/account'
import type { Address } from '#shared/schemas/orders'

/**
 * The addresses that an account keeps: for its own page, and for a checkout that fills itself in. `saved` is null until
 * `load` has answered, and stays empty for a guest; `preferred` is the default one, without what belongs to the account.
 */
export function useAddresses() {
  const api = useShopperApi()
  const saved = useState<SavedAddress[] | null>('addresses', () => null)
  const preferred = computed(() => (saved.value?.[0] ? plainAddress(saved.value[0]) : null))

  async function load() {
    try {
      saved.value = (await api<AddressList>('/api/account/addresses')).items
    }
    catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 401) throw error
      saved.value = []
    }
    return saved.value
  }
  async function save(address: Address, { id, isDefault }: { id?: string, isDefault?: boolean } = {}) {
    const body = { ...address, ...(isDefault && { isDefault }) }
    await api(id ? `/api/account/addresses/${id}` : '/api/account/addresses', { method: id ? 'PATCH' : 'POST', body })
    await load()
  }
  async function makeDefault(id: string) {
    await api(`/api/account/addresses/${id}`, { method: 'PATCH', body: { isDefault: true } })
    await load()
  }
  async function remove(id: string) {
    await api(`/api/account/addresses/${id}`, { method: 'DELETE' })
    await load()
  }
  return { saved, preferred, load, save, makeDefault, remove }
}

/** An address as an order takes it. */
export const plainAddress = ({ name, line1, line2, city, postcode, country }: Address): Address => ({ name, line1, ...(line2 && { line2 }), city, postcode, country })
