import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { stripRacePoints } from './scripts/build/strip-race-points.ts'

/** The domains of the monolith. Nitro scans each one's `api/`, `routes/` and `middleware/`; the folder's name is not part of the URL. */
export const domains = ['auth', 'products', 'cart', 'orders', 'payments', 'fulfilment', 'notifications', 'sales', 'operations']

export default defineNuxtConfig({
  modules: ['@nuxt/eslint'],
  components: [{ path: '~/components', pathPrefix: false }],
  devtools: { enabled: false },
  app: {
    head: {
      htmlAttrs: { lang: 'en' },
      titleTemplate: '%s · Monolith Supply',
    },
  },
  css: ['~/assets/main.css'],
  runtimeConfig: {
    public: {
      /** The shop's own origin, for canonical links; set by NUXT_PUBLIC_SITE_URL. */
      siteUrl: 'http://localhost:3000',
      /** Offers test cards at the checkout; set by NUXT_PUBLIC_DEMO. */
      demo: false,
    },
  },
  srcDir: '.',
  // What a build names by its content is kept for a year; this has one name for ever.
  routeRules: { '/favicon.svg': { headers: { 'cache-control': 'public, max-age=86400' } } },
  // Pages load their code when a link is touched, not when it scrolls into view: a listing has dozens of links.
  experimental: {
    appManifest: false,
    payloadExtraction: false,
    // The page state as a script: the parser for its JSON form would be 1.8 kB of every first visit.
    renderJsonPayloads: false,
    defaults: { nuxtLink: { prefetchOn: { visibility: false, interaction: true } } },
  },
  compatibilityDate: '2026-11-01',
  nitro: {
    scanDirs: domains,
    imports: { autoImport: false },
    rollupConfig: { plugins: [stripRacePoints()] },
    compressPublicAssets: { gzip: true, brotli: true },
    typescript: { tsConfig: { compilerOptions: { allowImportingTsExtensions: true, erasableSyntaxOnly: true, noUncheckedIndexedAccess: true } } },
  },
  // No component here uses the options API; leaving it out saves every visitor its code.
  vite: {
    plugins: [tailwindcss()],
    vue: { features: { optionsAPI: false } },
    // Two dozen tiny files compress far worse than the two that every page needs.
    $client: {
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              groups: [
                { name: 'framework', test: /[\\/]node_modules[\\/]/, tags: ['$initial'] },
                { name: 'shop', test: /[\\/](?:layouts[\\/]default|composables[\\/](?:useCart|useApi|useCategories|useListing|usePageData|usePageMeta|useShopper|useSpoken|swatches)|components[\\/](?:AppIcon|BrandMark|Listing|PriceTag|ProductGrid|ProductListing|ProductTile|ShopPicture|SiteHeader)|pages[\\/]categories)/ },
              ],
            },
          },
        },
      },
    },
  },
  typescript: {
    strict: true,
    typeCheck: false,
    tsConfig: { compilerOptions: { allowImportingTsExtensions: true } },
  },
  telemetry: false,
  hooks: {
    // Ours answers for the API; what it leaves alone goes on to Nuxt's, which renders error.vue.
    'nitro:init'(nitro) {
      nitro.options.errorHandler = [fileURLToPath(new URL('server/platform/http/error-handler.ts', import.meta.url)), ...[nitro.options.errorHandler].flat()]
    },
    // Nor does the code of drawers and dialogs come along before somebody opens one.
    'build:manifest': (manifest) => {
      for (const chunk of Object.values(manifest)) {
        chunk.prefetch = false
        chunk.dynamicImports = []
      }
    },
  },
  eslint: { config: { stylistic: true } },
})
