import type { Picture, ProductDetail } from '#shared/schemas/products'

/** What stands in the browser's own storage of a thing that was looked at: no price, which would be an old one. */
export interface Viewed { slug: string, name: string, image: Picture | null }

const key = 'recently-viewed'
const most = 9

/** What was looked at, the latest first; empty where there is no storage or somebody else wrote into it. */
export function readViewed(): Viewed[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept.filter((one): one is Viewed => typeof one?.slug === 'string' && typeof one.name === 'string').slice(0, most) : []
  }
  catch {
    return []
  }
}

function write(viewed: Viewed[]) {
  try {
    localStorage.setItem(key, JSON.stringify(viewed))
  }
  catch {
    // A browser that keeps nothing shows nothing.
  }
}

export const noteViewed = ({ slug, name, image }: Pick<ProductDetail, 'slug' | 'name' | 'image'>) =>
  write([{ slug, name, image: image && { key: image.key, alt: image.alt, tint: image.tint, preview: image.preview } }, ...readViewed().filter(one => one.slug !== slug)].slice(0, most))

export const forgetViewed = () => write([])
