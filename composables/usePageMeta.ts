import { cardKey, cardSize } from '#shared/scenes'
import type { MaybeRefOrGetter } from 'vue'

interface PageMeta {
  title: string
  description?: string
  /** The page's own address without what filters and trackers add. Without it the page asks not to be indexed. */
  canonical?: string
  /** The content key of the picture that the page leads with. */
  picture?: string
}

/** What search engines and shared links say of a page that says nothing of itself. */
const ofTheShop = 'Prints, mugs, totes, tees, notebooks and cushions with patterns that rules draw and people print.'

/** The card that the server draws for this page; pages of words and of one shopper have the shop's own. */
function cardOf({ title, canonical = '', picture }: PageMeta): string {
  const [, kind, slug] = /^\/(categories|products)\/([^/]+)$/.exec(canonical) ?? []
  if (!kind || !picture) return cardKey('shop')
  return cardKey(kind === 'products' ? 'thing' : 'shelf', { slug, name: title, picture })
}

/** Title, description, canonical link and card. Only the title is needed once the page lives in the browser. */
export function usePageMeta(meta: MaybeRefOrGetter<PageMeta>) {
  useHead({ title: () => toValue(meta).title })
  if (import.meta.server) {
    const origin = useRuntimeConfig().public.siteUrl
    const { title, canonical, ...meant } = toValue(meta)
    const description = meant.description || ofTheShop
    useSeoMeta({
      description,
      robots: canonical ? undefined : 'noindex',
      ogTitle: title,
      ogDescription: description,
      ogType: 'website',
      ogLocale: 'en_GB',
      ogSiteName: 'Monolith Supply',
      ogUrl: canonical && origin + canonical,
      ogImage: `${origin}/pictures/${cardOf(toValue(meta))}/card.jpg`,
      ogImageType: 'image/jpeg',
      ogImageWidth: cardSize.width,
      ogImageHeight: cardSize.height,
      ogImageAlt: canonical && canonical !== '/' ? `${title}, from Monolith Supply` : 'Monolith Supply: a table with things in pattern.',
      twitterCard: 'summary_large_image',
    })
    useHead({ link: canonical ? [{ rel: 'canonical', href: origin + canonical }] : [] })
  }
}
