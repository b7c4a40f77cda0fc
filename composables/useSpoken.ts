/** One polite live region for the whole shop; the layout speaks what is written here. */
export function useSpoken() {
  const message = useState('announcement', () => '')
  function announce(text: string) {
    message.value = message.value === text ? `${text} ` : text
  }
  return { message, announce }
}
