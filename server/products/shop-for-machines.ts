import type { CategoryList } from '../../shared/schemas/products.ts'

/** The shop for those who read text instead of pages, in Markdown as llmstxt.org has it. */
export function shopForMachines(origin: string, categories: CategoryList['items']): string {
  const link = (path: string, label: string, about: string) => `- [${label}](${origin}${path}): ${about}`
  return `${[
    '# Monolith Supply',
    '',
    '> A small shop for things with a pattern. Rules draw the patterns, people print them, when you order. Prices are in pounds, VAT included.',
    '',
    'Nobody needs an account to buy. Stock is kept aside for 15 minutes while somebody pays. What does not please comes back within 30 days.',
    '',
    '## What there is',
    '',
    ...categories.map(({ slug, name, story, count }) => link(`/categories/${slug}`, name, `${story || 'On the shelf.'} ${count} to choose from.`)),
    '',
    '## The catalogue, for programs',
    '',
    link('/api/products', 'Products', 'JSON; `q`, `category`, `minPrice`, `maxPrice` (pence), `inStock`, `sort`, `cursor`; `facets=1` adds counts.'),
    link('/api/products/suggest?q=mug', 'Suggestions', 'names for a few letters, a typo forgiven.'),
    link('/api/categories', 'Categories', 'their names and stories.'),
    link('/sitemap.xml', 'Sitemap', 'every product and page.'),
    '',
    '## Good to know',
    '',
    link('/delivery-and-returns', 'Delivery and returns', 'what it costs, how long it takes, how things come back.'),
    link('/about', 'About the workshop', 'who draws these.'),
    link('/privacy', 'Privacy', 'one cookie, no third parties.'),
  ].join('\n')}\n`
}
