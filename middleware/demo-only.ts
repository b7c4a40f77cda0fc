/** A page for those who build the shop: to a shopper there is none. */
export default defineNuxtRouteMiddleware(() => {
  // An error has been decided over as well: its page is rendered under the address that failed.
  if (useError().value || import.meta.dev || useRuntimeConfig().public.demo) return
  return abortNavigation(createError({ statusCode: 404, statusMessage: 'Not found' }))
})
