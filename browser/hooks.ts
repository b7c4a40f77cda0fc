// Replaces hookable in the browser (see nuxt.config.ts): the hooks of Nuxt's app as Nuxt calls them, one after the other
// or all at once. Left out are names that were given up, watchers before and after each call, and names for profilers.

type Hook = (...words: unknown[]) => unknown
type Hooks = { [name: string]: Hook | Hooks }

/** Hooks that nobody listens to yet. */
export function createHooks() {
  const listeners = new Map<string, Hook[]>()
  const of = (name: string) => [...listeners.get(name) ?? []]

  /** Answers the way to stop listening. */
  function hook(name: string, listener: Hook) {
    listeners.set(name, [...of(name), listener])
    return () => hooks.removeHook(name, listener)
  }
  const flat = (given: Hooks, before = ''): [string, Hook][] => Object.entries(given).flatMap(([name, one]) => (typeof one === 'function' ? [[before + name, one]] : flat(one, `${before + name}:`)))

  const hooks = {
    hook,
    hookOnce(name: string, listener: Hook) {
      const stop = hook(name, (...words) => {
        stop()
        return listener(...words)
      })
      return stop
    },
    removeHook(name: string, listener: Hook) {
      listeners.set(name, of(name).filter(one => one !== listener))
    },
    addHooks(given: Hooks) {
      const stops = flat(given).map(([name, listener]) => hook(name, listener))
      return () => stops.forEach(stop => stop())
    },
    callHookWith: <T>(caller: (listeners: Hook[], words: unknown[]) => T, name: string, words: unknown[]) => caller(of(name), words),
    callHook: (name: string, ...words: unknown[]) => of(name).reduce((before: Promise<unknown>, listener) => before.then(() => listener(...words)), Promise.resolve()),
    callHookParallel: (name: string, ...words: unknown[]) => Promise.all(of(name).map(listener => listener(...words))),
  }
  return hooks
}
