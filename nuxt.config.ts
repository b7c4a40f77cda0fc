import tailwindcss from '@tailwindcss/vite'

/** The domains of the monolith. Nitro scans each one's `api/`, `routes/` and `middleware/`; the folder's name is not part of the URL. */
export const domains = ['auth', 'products', 'cart', 'orders', 'payments', 'fulfilment', 'notifications', 'sales']

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
  srcDir: '.',
  compatibilityDate: '2026-11-01',
  nitro: {
    scanDirs: domains,
    errorHandler: '~/server/platform/http/error-handler.ts',
    imports: { autoImport: false },
    compressPublicAssets: { gzip: true, brotli: true },
    typescript: { tsConfig: { compilerOptions: { allowImportingTsExtensions: true, erasableSyntaxOnly: true, noUncheckedIndexedAccess: true } } },
  },
  vite: { plugins: [tailwindcss()] },
  typescript: {
    strict: true,
    typeCheck: false,
    tsConfig: { compilerOptions: { allowImportingTsExtensions: true } },
  },
  telemetry: false,
  eslint: { config: { stylistic: true } },
})
