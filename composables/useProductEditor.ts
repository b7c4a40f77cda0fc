import { attributesOfLines, linesOfAttributes } from '#shared/attribute-lines'
import { penceOf, poundsOf } from '#shared/pounds'
import type { AdminProduct } from '#shared/schemas/admin-products'
import type { Problem } from '#shared/schemas/problem'

const formOf = (product: AdminProduct) => ({
  name: product.name,
  slug: product.slug,
  category: product.category,
  description: product.description,
  attributes: linesOfAttributes(product.attributes),
  tags: product.tags.join(', '),
  prices: product.variants.map(({ variantId, priceMinor, compareAtMinor }) => ({ id: variantId, price: poundsOf(priceMinor), before: compareAtMinor === null ? '' : poundsOf(compareAtMinor) })),
})
type Form = ReturnType<typeof formOf>

const words: Record<Exclude<keyof Form, 'prices'>, string> = { name: 'Name', slug: 'Address', category: 'Category', description: 'Description', attributes: 'Details', tags: 'Tags' }

/** The field of the form that a path of the API's errors is about. */
function fieldOf(path: string): string {
  const [head = '', index, part] = path.split('.')
  return head === 'variants' && index !== undefined ? `${part === 'compareAtMinor' ? 'before' : 'price'}-${index}` : head
}

/** A product under edit. What is typed stays, whatever the server says; `conflict` is what somebody else saved meanwhile. */
export function useProductEditor(product: Ref<AdminProduct>) {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const form = ref<Form>(formOf(product.value))
  const version = ref(product.value.version)
  const takeAddress = ref(false)
  const addressLeads = ref(false)
  const conflict = ref<AdminProduct | null>(null)
  const changed = computed(() => JSON.stringify(form.value) !== JSON.stringify(formOf(product.value)))
  const differences = computed(() => {
    if (!conflict.value) return []
    const theirs = formOf(conflict.value)
    const texts = (Object.keys(words) as (keyof typeof words)[]).filter(key => theirs[key] !== form.value[key]).map(key => ({ label: words[key], theirs: theirs[key] }))
    return JSON.stringify(theirs.prices) === JSON.stringify(form.value.prices) ? texts : [...texts, { label: 'Prices', theirs: theirs.prices.map(one => `£${one.price}`).join(', ') }]
  })
  const { errors, problem, busy, submit } = useSubmit(send)

  function bodyOf({ prices, attributes, tags, ...rest }: Form) {
    const { attributes: details, wrong } = attributesOfLines(attributes)
    const found: Record<string, string> = wrong ? { attributes: `“${wrong.slice(0, 40)}” needs a name of its own and a colon` } : {}
    const variants = prices.map(({ id, price, before }, index) => {
      const priceMinor = penceOf(price)
      const compareAtMinor = before.trim() ? penceOf(before) : null
      if (!priceMinor) found[`price-${index}`] = 'A price such as 12.50'
      if (before.trim() && compareAtMinor === null) found[`before-${index}`] = 'A price such as 15.00, or nothing'
      return { id, priceMinor, compareAtMinor }
    })
    return { found, body: { ...rest, attributes: details, tags: tags.split(',').map(tag => tag.trim()).filter(Boolean), variants } }
  }

  async function send() {
    const { found, body } = bodyOf(form.value)
    if (Object.keys(found).length > 0) throw Object.assign(new Error('unusable'), { data: { errors: Object.entries(found).map(([path, message]) => ({ path, message })) } })
    try {
      const saved = await api<AdminProduct>(`/api/admin/products/${product.value.slug}`, { method: 'PATCH', body: { ...body, version: version.value, takeAddress: takeAddress.value } })
      const moved = saved.slug !== product.value.slug
      adopt(saved)
      announce('Saved. The shop shows it now.')
      if (moved) await navigateTo(`/admin/products/${saved.slug}`, { replace: true })
    }
    catch (error) {
      const { code, errors: given = [] } = (error as { data?: Partial<Problem> }).data ?? {}
      if (code === 'products/changed-meanwhile') conflict.value = await api<AdminProduct>(`/api/admin/products/${product.value.slug}`)
      addressLeads.value = code === 'products/slug-redirects'
      throw Object.assign(error as Error, { data: { ...(error as { data?: object }).data, errors: given.map(({ path, message }) => ({ path: fieldOf(path), message })) } })
    }
  }

  function adopt(saved: AdminProduct) {
    product.value = saved
    form.value = formOf(saved)
    version.value = saved.version
    conflict.value = null
    takeAddress.value = addressLeads.value = false
  }

  /** Mine, over what the other one saved and I have seen now. */
  async function saveAnyway() {
    version.value = conflict.value!.version
    conflict.value = null
    await submit()
  }
  function takeTheirs() {
    adopt(conflict.value!)
    problem.value = ''
    announce('This is what they saved.')
  }
  return { form, changed, takeAddress, addressLeads, conflict, differences, errors, problem, busy, submit, saveAnyway, takeTheirs }
}
