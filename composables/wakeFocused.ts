/** Tells what takes its code at the first touch that it was focused before anybody listened; to be called once that is mounted. */
export function wakeFocused() {
  document.querySelector(':focus')?.dispatchEvent(new Event('focusin', { bubbles: true }))
}
