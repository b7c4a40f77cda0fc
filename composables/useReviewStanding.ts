import type { ReviewStanding } from '#shared/schemas/reviews'

/** What the shopper has to do with a product's reviews, asked for once the page is there: the reviews themselves are everybody's. */
export function useReviewStanding(slug: string) {
  const api = useShopperApi()
  const standing = ref<ReviewStanding>()
  onMounted(async () => {
    standing.value = await api<ReviewStanding>(`/api/products/${slug}/reviews/mine`).catch(() => undefined)
  })
  return standing
}
