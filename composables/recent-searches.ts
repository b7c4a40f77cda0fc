const place = 'recent-searches'
const most = 5

/** What this browser searched for, newest first. Kept in the browser alone; where it keeps nothing, there are none. */
export function readRecent(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? '[]')
    return Array.isArray(kept) ? kept.filter(one => typeof one === 'string').slice(0, most) : []
  }
  catch {
    return []
  }
}

function write(searches: string[]): string[] {
  try {
    if (searches.length > 0) localStorage.setItem(place, JSON.stringify(searches))
    else localStorage.removeItem(place)
  }
  catch {
    // A browser that keeps nothing for us; the search itself goes on.
  }
  return searches
}

export const addRecent = (search: string) => write([search, ...readRecent().filter(one => one.toLowerCase() !== search.toLowerCase())].slice(0, most))
export const forgetRecent = (search?: string) => write(search === undefined ? [] : readRecent().filter(one => one !== search))
