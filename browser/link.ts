// Replaces Nuxt's link in the browser (see nuxt.config.ts) with what the shop's links use of it: vue-router's link, which
// renders the same HTML as the server's, and the code of the page behind it when somebody points at it or reaches it by
// keyboard. Left out are links that load when they scroll into view, trailing slashes, and links within an address bar's
// hash; a link that opens elsewhere is written as a plain <a>.
import { defineComponent, getCurrentInstance, h, type PropType } from 'vue'
import { RouterLink, type RouteLocationRaw, useRouter } from 'vue-router'

/** A line that is slow or paid for by the byte loads nothing on suspicion. */
function isThrifty() {
  const { connection } = navigator as { connection?: { saveData?: boolean, effectiveType?: string } }
  return connection?.saveData || /2g/.test(connection?.effectiveType ?? '')
}

export default defineComponent({
  name: 'NuxtLink',
  props: {
    to: { type: [String, Object] as PropType<RouteLocationRaw>, required: true },
    activeClass: String,
    custom: Boolean,
  },
  setup(props, { slots }) {
    const router = useRouter()
    const { $nuxt } = getCurrentInstance()!.appContext.config.globalProperties
    let fetched = false

    function fetchPage() {
      if (fetched || isThrifty()) return
      fetched = true
      const { fullPath, matched } = router.resolve(props.to)
      // Nuxt's own listener fetches the page's layout and middleware.
      void $nuxt.callHook('link:prefetch', fullPath)
      for (const { components } of matched) {
        const load = components?.default
        // What can't be fetched now is asked for again by the click.
        if (typeof load === 'function') void Promise.resolve((load as () => unknown)()).catch(() => undefined)
      }
    }

    return () => h(RouterLink, {
      to: props.to,
      activeClass: props.activeClass,
      custom: props.custom,
      ...(!props.custom && { onPointerenter: fetchPage, onFocus: fetchPage }),
    }, slots.default)
  },
})
