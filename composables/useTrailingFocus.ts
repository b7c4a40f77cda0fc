/** Sets the focus where it belongs after the control that had it is gone, once the page shows what has changed. */
export function useTrailingFocus() {
  function setDown(target: () => HTMLElement | null | undefined) {
    void nextTick(() => target()?.focus())
  }
  return { setDown }
}
