/**
 * With a key of Stripe's its script is allowed by this page's own answer, so that the page has to be one: a visit from within the
 * shop becomes a load.
 */
export default defineNuxtRouteMiddleware((to, from) => {
  if (import.meta.server || !useRuntimeConfig().public.stripeKey || from.path === to.path || useNuxtApp().isHydrating) return
  return navigateTo(to.fullPath, { external: true })
})
