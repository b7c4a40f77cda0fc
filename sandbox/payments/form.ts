import { invalidRequest } from './errors.ts'

type FormValue = string | FormValue[] | { [name: string]: FormValue }
export type Form = { [name: string]: FormValue }

const maxFields = 1_000
const maxDepth = 6

/**
 * Decodes Stripe's form encoding: `metadata[order_id]=7`, `expand[0]=latest_charge`, `expand[]=…`.
 * Objects have no prototype, so that a field called `__proto__` is just a field.
 * @throws GatewayError 400 for malformed names
 */
export function decodeForm(encoded: URLSearchParams): Form {
  const form = emptyObject()
  let fields = 0
  for (const [name, value] of encoded) {
    if (++fields > maxFields) throw invalidRequest('Too many parameters.')
    insert(form, segments(name), value)
  }
  return foldLists(form) as Form
}

function segments(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name)
  const path = match ? [match[1] ?? '', ...[...(match[2] ?? '').matchAll(/\[([^\]]*)\]/g)].map(part => part[1] ?? '')] : []
  if (path.length === 0 || path.length > maxDepth) throw invalidRequest(`Invalid parameter name: ${name.slice(0, 100)}`, { param: name.slice(0, 100) })
  return path
}

function insert(form: Form, path: string[], value: string): void {
  let node = form
  path.forEach((segment, depth) => {
    const key = segment === '' ? String(Object.keys(node).length) : segment
    if (depth === path.length - 1) {
      node[key] = value
      return
    }
    const next = node[key] ?? emptyObject()
    if (typeof next === 'string' || Array.isArray(next)) throw invalidRequest(`Invalid ${path[0]}: both a value and a hash`, { param: path[0] })
    node[key] = next
    node = next
  })
}

/** A hash whose names are 0, 1, 2 … is a list. */
function foldLists(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value
  const names = Object.keys(value)
  const folded = names.map(name => foldLists(value[name] ?? ''))
  if (names.length > 0 && names.every((name, place) => name === String(place))) return folded
  return Object.assign(emptyObject(), Object.fromEntries(names.map((name, place) => [name, folded[place] ?? ''])))
}

function emptyObject(): Form {
  return Object.create(null) as Form
}
