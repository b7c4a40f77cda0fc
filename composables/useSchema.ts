/** Adds schema.org data for search engines; only ever needed in server-rendered HTML. */
function addSchema(schema: Record<string, unknown>) {
  useHead({ script: [{ type: 'application/ld+json', innerHTML: JSON.stringify({ '@context': 'https://schema.org', ...schema }).replaceAll('<', '\\u003c') }] })
}

const origin = () => useRuntimeConfig().public.siteUrl

/** The way to this page from the front door; each step is a name and a path. */
export function useBreadcrumbSchema(steps: readonly (readonly [name: string, path: string])[]) {
  addSchema({
    '@type': 'BreadcrumbList',
    'itemListElement': [['Home', '/'] as const, ...steps].map(([name, path], index) => ({ '@type': 'ListItem', 'position': index + 1, name, 'item': origin() + path })),
  })
}

/** Who we are, and where the search is. */
export function useShopSchema() {
  addSchema({
    '@graph': [
      { '@type': 'Organization', '@id': `${origin()}/#shop`, 'name': 'Monolith Supply', 'url': `${origin()}/`, 'logo': `${origin()}/favicon.svg`, 'description': 'Patterns drawn by rules, printed on things by people.' },
      {
        '@type': 'WebSite',
        'name': 'Monolith Supply',
        'url': `${origin()}/`,
        'inLanguage': 'en-GB',
        'publisher': { '@id': `${origin()}/#shop` },
        'potentialAction': { '@type': 'SearchAction', 'target': { '@type': 'EntryPoint', 'urlTemplate': `${origin()}/search?q={search_term_string}` }, 'query-input': 'required name=search_term_string' },
      },
    ],
  })
}
