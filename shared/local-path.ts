/** A path on this site, or the fallback: a redirect never leaves the shop. */
export function localPath(wanted: string | undefined, fallback: string): string {
  if (!wanted || !/^\/(?![/\\])[^\s\\]*$/.test(wanted)) return fallback
  const url = new URL(wanted, 'http://localhost')
  const path = `${url.pathname}${url.search}`
  // Taking the dots out of `/.//evil.example` leaves another host's address.
  return url.host === 'localhost' && !path.startsWith('//') ? path : fallback
}
