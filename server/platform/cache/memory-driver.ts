import { defineDriver } from 'unstorage'

interface Options { maxEntries: number, ttlS: (key: string) => number }

/** The shared cache of a process that has no Redis: the same bounds, but its own entries. */
export const memoryCacheDriver = defineDriver(({ maxEntries, ttlS }: Options) => {
  const entries = new Map<string, { value: string, until: number }>()
  function find(key: string) {
    const entry = entries.get(key)
    if (entry && entry.until <= performance.now()) entries.delete(key)
    return entries.get(key)
  }
  return {
    name: 'memory-cache',
    hasItem: key => find(key) !== undefined,
    getItem: key => find(key)?.value ?? null,
    setItem(key, value) {
      entries.delete(key)
      entries.set(key, { value, until: performance.now() + ttlS(key) * 1_000 })
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value!)
    },
    removeItem: key => void entries.delete(key),
    getKeys: base => [...entries.keys()].filter(key => key.startsWith(base)),
  }
})
