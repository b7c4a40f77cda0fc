/**
 * Tells what takes its code at the first touch that it was touched before anybody listened; to be called once that is mounted.
 * @param find what was touched; what has the focus unless told
 */
export function wakeTouched(find: () => Element | null | undefined = () => document.querySelector(':focus')) {
  // It begins to listen some microtasks after it was mounted.
  setTimeout(() => find()?.dispatchEvent(new Event('focusin', { bubbles: true })))
}
