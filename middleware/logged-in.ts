/** Sends a visitor who is not logged in to the login page, from where they come back. */
export default defineNuxtRouteMiddleware(async (to) => {
  // The page of an error is rendered under the address that failed, and needs nobody to log in.
  if (useError().value) return
  const { user, refresh } = useShopper()
  if (user.value) return
  try {
    if (await refresh()) return
  }
  catch {
    return abortNavigation(createError({ statusCode: 503, statusMessage: 'Unavailable' }))
  }
  return navigateTo({ path: '/login', query: { next: to.path } })
})
