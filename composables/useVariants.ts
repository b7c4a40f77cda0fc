import type { ProductDetail, ProductVariant } from '#shared/schemas/products'
import { nearestVariant, variantOf } from '#shared/variants'

export type ChoiceState = 'available' | 'sold-out' | 'not-made'

/** The shopper's choices on a product and the variant that they mean. A choice never changes another, whatever it leads to. */
export function useVariants(product: Pick<ProductDetail, 'options' | 'variants'>) {
  const first = product.variants.find(variant => variant.inStock) ?? product.variants[0]
  const chosen = reactive<Record<string, string>>({ ...first?.options })
  const variant = computed(() => variantOf(product, chosen))
  /** Offered when what is chosen cannot be had, and never taken by itself. */
  const nearest = computed(() => nearestVariant(product, chosen))

  /** What choosing `value` would lead to, all other choices kept. */
  function stateOf(option: string, value: string): ChoiceState {
    const found = variantOf(product, { ...chosen, [option]: value })
    if (!found) return 'not-made'
    return found.inStock ? 'available' : 'sold-out'
  }
  return { chosen, variant, stateOf, nearest }
}

/** Stock in words, for a variant that may not exist. */
export function stockWords(variant: ProductVariant | undefined): string {
  if (!variant) return 'Not made in this combination'
  if (!variant.inStock) return 'Sold out'
  if (variant.lowStock) return variant.lowStock === 1 ? 'The last one' : `Only ${variant.lowStock} left`
  return 'In stock'
}
