// Replaces unhead/plugins in the browser: Nuxt's options and composables name these, and browser/head.ts runs none.
const none = () => ({})
export const AliasSortingPlugin = none()
export const TemplateParamsPlugin = none()
export const FlatMetaPlugin = none()
export const SafeInputPlugin = none()
export const DeprecationsPlugin = none()
export const PromisesPlugin = none()
export const InferSeoMetaPlugin = none
export const defineHeadPlugin = none
