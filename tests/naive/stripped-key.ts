/** A key as a framework makes it safe: every character that is not a word character is dropped. */
export const strippedKey = (parts: Record<string, unknown>): string => Object.values(parts).join(':').replace(/\W/g, '')
