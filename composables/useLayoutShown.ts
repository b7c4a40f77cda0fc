/** The name of the layout that stands on the page; it comes after the address, once all that it waits for is there. */
export const useLayoutShown = () => useState('layout-shown', () => '')

/** Called by each layout. */
export function showLayout(name: string) {
  const shown = useLayoutShown()
  onMounted(() => {
    shown.value = name
  })
}
