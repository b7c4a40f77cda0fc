/**
 * A page asks for several things at once, and its payload would name them in the order in which they were answered: the same
 * page in other bytes from one time to the next, with another ETag, which no browser and no cache could recognise.
 */
export default defineNuxtPlugin((nuxtApp) => {
  nuxtApp.hook('app:rendered', () => {
    const { payload } = nuxtApp
    payload.data = sorted(payload.data)
    payload.state = sorted(payload.state)
  })
})

const sorted = <T extends object>(fields: T): T => Object.fromEntries(Object.entries(fields).toSorted(([one], [other]) => (one < other ? -1 : 1))) as T
