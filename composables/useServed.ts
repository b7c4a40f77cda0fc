/**
 * The HTML that this component was served as, while it still has what was chosen and typed in it before the code came:
 * when Vue takes it over, after `setup`, it sets every field back. `null` when the component was made in the browser.
 */
export function useServed(): HTMLElement | null {
  if (import.meta.server) return null
  const served = getCurrentInstance()?.vnode.el
  return served instanceof HTMLElement ? served : null
}
