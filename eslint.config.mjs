import withNuxt from './.nuxt/eslint.config.mjs'

export default withNuxt(
  { ignores: ['drizzle/**', '.data/**'] },
  { rules: { 'vue/multi-word-component-names': 'off' } },
)
