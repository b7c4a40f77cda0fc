import type { ProductDetail, ProductVariant } from './schemas/products.ts'

type Choosable = Pick<ProductDetail, 'options' | 'variants'>

/** What these choices mean; nothing when it is not made like that. */
export const variantOf = ({ options, variants }: Choosable, chosen: Record<string, string>): ProductVariant | undefined =>
  variants.find(variant => options.every(({ name }) => variant.options[name] === chosen[name]))

/** The one that can be had and differs from these choices in the fewest; nothing when what they mean can be had itself, or nothing can. */
export function nearestVariant(product: Choosable, chosen: Record<string, string>): ProductVariant | undefined {
  if (variantOf(product, chosen)?.inStock) return undefined
  const shared = (one: ProductVariant) => product.options.filter(({ name }) => one.options[name] === chosen[name]).length
  return product.variants.filter(one => one.inStock).toSorted((a, b) => shared(b) - shared(a))[0]
}
