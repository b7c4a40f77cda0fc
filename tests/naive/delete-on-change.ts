/** One entry a question; whoever hears of a change deletes it, and whoever has loaded one writes it down. */
export function deleteOnChange() {
  return { keyOf: () => 'the-product', clears: true }
}
