/**
 * Prevents: a limit or a lock that is walked around by writing the address of a handler differently.
 * Guarantees: what is decided by these two is decided as the two routers do. h3 has decoded `%..` once before anybody
 * looks at `event.path`. Nitro's router then compares letter by letter, and one slash at the end does not count. The pages'
 * router forgives case as well, and Nuxt reads the address as a browser does: `//x`, `/./x` and `\` lead somewhere.
 *
 * @pattern rate-limiting
 */

/** The path as Nitro's router compares it with the files under `api/` and `routes/`. */
export function routePath(path: string): string {
  const query = path.indexOf('?')
  const bare = query === -1 ? path : path.slice(0, query)
  return bare.length > 1 && bare.endsWith('/') ? bare.slice(0, -1) : bare
}

const plain = /^(?:\/[a-z0-9_-]+)+$/

/** The path of the page that this could lead to, in small letters: rather one spelling too many taken for a page's than one too few. */
export function pagePath(path: string): string {
  const route = routePath(path)
  if (plain.test(route)) return route
  const bare = decoded(route.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/\\?#]*/i, '').replace(/#.*$/s, ''))
  const segments: string[] = []
  for (const written of bare.toLowerCase().split(/[/\\]+/)) {
    const segment = written.replace(/[;?#].*$/s, '').trim()
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  return `/${segments.join('/')}`
}

/** However often it was encoded; a sequence that stands for no letter stays as it is. */
function decoded(text: string, depth = 4): string {
  const next = text.replace(/%[0-7][0-9a-f]/gi, code => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
  return next === text || depth === 0 ? next : decoded(next, depth - 1)
}
