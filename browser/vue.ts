// Replaces vue for Nuxt's page and layout components in the browser, and for them alone (see nuxt.config.ts): they name
// Transition and KeepAlive for pages that fade or are kept, which none here is (appPageTransition, appLayoutTransition and
// appKeepalive are false, no page's meta asks for either). Both would be 3 kB of every first visit. Whatever is inside is shown as it is.
import type { FunctionalComponent } from 'vue'

export * from 'vue'

const asItIs: FunctionalComponent = (_, { slots }) => slots.default?.()
export { asItIs as KeepAlive, asItIs as Transition }
