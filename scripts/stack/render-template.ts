/** What every template of the edge wants to know; the head of deploy/nginx/shop.conf.template says what each is. */
export interface EdgeVariables {
  EDGE_LISTEN: string
  EDGE_STATUS_LISTEN: string
  EDGE_INNER_LISTEN: string
  EDGE_CACHE_DIR: string
  EDGE_CACHE_MAX_SIZE: string
  EDGE_UPSTREAM_DIR: string
  EDGE_ASSETS_DIR: string
  EDGE_PAGES_DIR: string
  EDGE_ACCESS_LOG: string
  EDGE_CONNECTIONS_PER_ADDRESS: string
  EDGE_SLOW_CLIENT: string
  EDGE_REAL_IP_FROM: string
}

/**
 * Fills in `${NAME}` as envsubst does in the image: only names that are given, everything else is nginx' own.
 * @throws naming a variable of ours that was not given
 */
export function renderTemplate(template: string, variables: EdgeVariables): string {
  const given = new Map<string, string>(Object.entries(variables))
  const text = template.replace(/\$\{(\w+)\}/g, (whole, name: string) => given.get(name) ?? whole)
  const [missing] = /\$\{[A-Z]\w*\}/.exec(text) ?? []
  if (missing) throw new Error(`The template wants ${missing}, which was not given.`)
  return text
}
