import type { ShallowRef } from 'vue'

/** Hears the way back of the device, such as Android's; not in every browser, and not yet among TypeScript's names. */
interface CloseWatcher extends EventTarget { destroy(): void }

/** Everything beside an element and its parents goes out of reach. @returns what brings it back */
function isolate(element: Element): () => void {
  const silenced: Element[] = []
  for (let inner = element; inner.parentElement && inner !== document.body; inner = inner.parentElement) {
    for (const other of inner.parentElement.children) {
      if (other === inner || other.hasAttribute('inert') || other.tagName === 'SCRIPT') continue
      other.setAttribute('inert', '')
      silenced.push(other)
    }
  }
  return () => silenced.forEach(other => other.removeAttribute('inert'))
}

/**
 * A part of the page that becomes a dialog over the whole of a phone's screen, and goes back to its place. It is no `<dialog>`, whose
 * content nobody could see without JavaScript. Ends by itself where the screen is wide enough for the part.
 * @param opener gets the focus back
 */
export function useSheet(panel: Readonly<ShallowRef<HTMLElement | null>>, opener: () => HTMLElement | null | undefined) {
  const sheet = ref(false)
  let release: (() => void) | undefined
  let wide: MediaQueryList | undefined
  let back: CloseWatcher | undefined

  async function openSheet() {
    if (sheet.value || !panel.value) return
    wide = window.matchMedia('(min-width: 64rem)')
    if (wide.matches) return
    wide.addEventListener('change', closeSheet)
    sheet.value = true
    const { CloseWatcher } = window as { CloseWatcher?: new () => CloseWatcher }
    back = CloseWatcher && new CloseWatcher()
    back?.addEventListener('close', closeSheet)
    document.documentElement.style.overflow = 'hidden'
    release = isolate(panel.value)
    await nextTick()
    panel.value?.querySelector<HTMLElement>('button')?.focus()
  }
  function closeSheet() {
    if (!sheet.value) return
    sheet.value = false
    wide?.removeEventListener('change', closeSheet)
    back?.destroy()
    document.documentElement.style.overflow = ''
    release?.()
    opener()?.focus()
  }
  onBeforeUnmount(closeSheet)
  return { sheet, openSheet, closeSheet }
}
