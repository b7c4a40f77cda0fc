import type { MaybeRefOrGetter } from 'vue'

interface PageMeta {
  title: string
  description?: string
  /** The page's own address without what filters and trackers add. Without it the page asks not to be indexed. */
  canonical?: string
  /** The content key of a picture, for cards on other sites. */
  picture?: string
}

/** Title, description, canonical link and card. Only the title is needed once the page lives in the browser. */
export function usePageMeta(meta: MaybeRefOrGetter<PageMeta>) {
  useHead({ title: () => toValue(meta).title })
  if (import.meta.server) {
    const origin = useRuntimeConfig().public.siteUrl
    const { title, description, canonical, picture } = toValue(meta)
    useSeoMeta({
      description,
      robots: canonical ? undefined : 'noindex',
      ogTitle: title,
      ogDescription: description,
      ogType: 'website',
      ogSiteName: 'Monolith Supply',
      ogUrl: canonical && origin + canonical,
      ogImage: picture && `${origin}/pictures/${picture}/1280.webp`,
      twitterCard: picture ? 'summary_large_image' : 'summary',
    })
    useHead({ link: canonical ? [{ rel: 'canonical', href: origin + canonical }] : [] })
  }
}
