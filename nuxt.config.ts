import tailwindcss from '@tailwindcss/vite'

/** The domains of the monolith. Nitro scans each one's `api/`, `routes/` and `middleware/`; the folder's name is not part of the URL. */
export const domains = ['auth', 'products', 'cart', 'orders', 'payments', 'fulfilment', 'notifications', 'sales']

export default defineNuxtConfig({
  modules: ['@nuxt/eslint'],
  srcDir: '.',
  compatibilityDate: '2026-11-01',
  devtools: { enabled: false },
  telemetry: false,
  css: ['~/assets/main.css'],
  vite: { plugins: [tailwindcss()] },
  components: [{ path: '~/components', pathPrefix: false }],
  app: {
    head: {
      htmlAttrs: { lang: 'en' },
      titleTemplate: '%s · Monolith Supply',
    },
  },
  nitro: {
    scanDirs: domains,
    imports: { autoImport: false },
    compressPublicAssets: { gzip: true, brotli: true },
    typescript: { tsConfig: { compilerOptions: { allowImportingTsExtensions: true, erasableSyntaxOnly: true, noUncheckedIndexedAccess: true } } },
  },
  typescript: {
    strict: true,
    typeCheck: false,
    tsConfig: { compilerOptions: { allowImportingTsExtensions: true } },
  },
  eslint: { config: { stylistic: true } },
})
