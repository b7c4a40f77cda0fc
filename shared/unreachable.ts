/** What is left to say when nobody answers. */
export const unreachable = 'We can’t reach the shop. Check your connection and try again; nothing is lost.'
