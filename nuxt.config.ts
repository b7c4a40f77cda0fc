import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { lighterInBrowser } from './scripts/build/lighter-in-browser.ts'
import { stripRacePoints } from './scripts/build/strip-race-points.ts'

/** The domains of the monolith. Nitro scans each one's `api/`, `routes/` and `middleware/`; the folder's name is not part of the URL. */
export const domains = ['auth', 'account', 'products', 'cart', 'promotions', 'orders', 'payments', 'fulfilment', 'notifications', 'sales', 'operations', 'reviews', 'wishlist']

const inBrowser = (file: string) => fileURLToPath(new URL(`browser/${file}`, import.meta.url))

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
      /** A publishable key of Stripe's: cards are then typed into Stripe's own form; set by NUXT_PUBLIC_STRIPE_KEY. */
      stripeKey: '',
    },
  },
  srcDir: '.',
  // What a build names by its content is kept for a year; these have one name for ever.
  routeRules: Object.fromEntries(['/favicon.svg', '/apple-touch-icon.png', '/icon-192.png', '/icon-512.png', '/site.webmanifest'].map(file => [file, { headers: { 'cache-control': 'public, max-age=86400' } }])),
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
    // Node parses a package.json once for each of its files that is imported, and drizzle-orm's has 180 kB: half of a process's start.
    externals: { inline: ['drizzle-orm'] },
    typescript: { tsConfig: { compilerOptions: { allowImportingTsExtensions: true, erasableSyntaxOnly: true, noUncheckedIndexedAccess: true } } },
  },
  // No component here uses the options API; leaving it out saves every visitor its code.
  vite: {
    // What the general ones do beyond this shop's need would be 16 kB of every first visit; each says what it leaves out.
    plugins: [tailwindcss(), lighterInBrowser([
      { of: '@unhead/vue/client', is: inBrowser('head.ts') },
      // Only names a few plugins, none of which browser/head.ts runs.
      { of: 'unhead/plugins', is: inBrowser('head-plugins.ts') },
      { of: 'ofetch', is: inBrowser('fetch.ts') },
      { of: 'vue', is: inBrowser('vue.ts'), by: /nuxt\/dist\/(?:app\/components|pages\/runtime)\/utils\.js/ },
      { of: /\/app\/components\/nuxt-link(?:\.js)?$/, is: inBrowser('link.ts') },
      { of: 'hookable', is: inBrowser('hooks.ts'), by: /nuxt\/dist\/app\/nuxt\.js/ },
      { of: '@nuxt/nitro-server/h3', is: inBrowser('errors.ts'), by: /nuxt\/dist\/app\/composables\/(?:error|router)\.js/ },
    ])],
    vue: { features: { optionsAPI: false } },
    // Only the page of the design names it.
    define: { __STYLE_SHEET__: JSON.stringify(readFileSync(new URL('assets/main.css', import.meta.url), 'utf8')) },
    // Two dozen tiny files compress far worse than the two that every page needs and the few that shelves, products and forms need beside them.
    $client: {
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              groups: [
                { name: 'framework', test: /[\\/]node_modules[\\/]/, tags: ['$initial'] },
                { name: 'shop', test: /[\\/](?:layouts[\\/]default|composables[\\/](?:explain|in-turn|rhythm|useCart\.|useApi|useCategories|useLayoutShown|usePageData|usePageMeta|useServed|useShopper|useSpoken|useWishes|swatches)|components[\\/](?:AppIcon|BrandMark|NoticeBox|OfflineNote|PriceTag|ProductGrid|ProductTile|RatingLine|ScenePicture|ShopPicture|SiteHeader|WishHeart))/ },
                { name: 'problems', test: /[\\/]composables[\\/](?:problem-sentences|useProblem)/ },
                { name: 'delivery', test: /[\\/](?:composables[\\/]dates|shared[\\/](?:delivery|working-days))/ },
                { name: 'product', test: /[\\/](?:pages[\\/]products|composables[\\/](?:attributes|recently-viewed|useVariants)|components[\\/](?:AlsoGood|BuyForm|DeliveryNote|ProductGallery|ProductSkeleton|ProductStory|ShareButton|VariantPicker)|shared[\\/]variants)/ },
                { name: 'reviews', test: /[\\/](?:composables[\\/]useReviewStanding|components[\\/](?:ProductReviews|RatingBars|ReviewItem))/ },
                { name: 'shelf', test: /[\\/](?:composables[\\/](?:useListing|listing-address)|components[\\/]ProductListing|pages[\\/]categories)/ },
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
