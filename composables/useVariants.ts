import type { ProductDetail, ProductVariant } from '#shared/schemas/products'

export type ChoiceState = 'available' | 'sold-out' | 'not-made'

/** The shopper's choices on a product and the variant that they mean. A choice never changes another. */
export function useVariants(product: Pick<ProductDetail, 'options' | 'variants'>) {
  const first = product.variants.find(variant => variant.inStock) ?? product.variants[0]
  const chosen = reactive<Record<string, string>>({ ...first?.options })

  function variantWith(options: Record<string, string>): ProductVariant | undefined {
    return product.variants.find(variant => product.options.every(({ name }) => variant.options[name] === options[name]))
  }
  const variant = computed(() => variantWith(chosen))

  /** What choosing `value` would lead to, all other choices kept. */
  function stateOf(option: string, value: string): ChoiceState {
    const found = variantWith({ ...chosen, [option]: value })
    if (!found) return 'not-made'
    return found.inStock ? 'available' : 'sold-out'
  }
  return { chosen, variant, stateOf }
}

/** Stock in words, for a variant that may not exist. */
export function stockWords(variant: ProductVariant | undefined): string {
  if (!variant) return 'Not made in this combination'
  if (!variant.inStock) return 'Sold out'
  if (variant.lowStock) return variant.lowStock === 1 ? 'The last one' : `Only ${variant.lowStock} left`
  return 'In stock'
}
