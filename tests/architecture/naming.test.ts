import { describe, expect, it } from 'vitest'
import { filesBelow } from './source-files.ts'

const sources = ['server', 'shared', 'scripts', 'sandbox', 'tests', 'pages', 'layouts', 'middleware', 'components', 'composables'].flatMap(folder => filesBelow(folder)).filter(file => /\.(?:ts|vue|mjs|cjs)$/.test(file))
const namesOf = (file: string) => file.split('/')

const kebab = /^(?:\d+\.)?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*$/
const parameter = /^\[(?:\.\.\.)?\w+\](?:\.\w+)*$/
const pascalComponent = /^(?:[A-Z][a-z0-9]*)+\.vue$/
const composable = /^use[A-Z]\w*\.ts$/

const fits = (file: string) => namesOf(file).every((name) => {
  if (file.startsWith('components/') && name.endsWith('.vue')) return pascalComponent.test(name)
  if (file.startsWith('composables/') && composable.test(name)) return true
  return kebab.test(name) || parameter.test(name)
})
const saysNothing = (file: string) => namesOf(file).some(name => /^(?:utils?|helpers?|misc|common|types)(?:$|\.)/.test(name))

describe('names', () => {
  it('are looked at', () => expect(sources.length).toBeGreaterThan(250))

  it('are kebab-case, components PascalCase, composables useThis', () => {
    expect(sources.filter(file => !fits(file))).toEqual([])
  })

  it('say what a file is for', () => {
    expect(sources.filter(saysNothing)).toEqual([])
  })

  it.each(['server/Orders/place.ts', 'server/orders/placeOrder.ts', 'server/orders/place_order.ts', 'components/price-tag.vue', 'composables/UseCart.ts'])('of the wrong form are found: %s', file => expect(fits(file)).toBe(false))
  it.each(['server/utils/a.ts', 'server/orders/utils.ts', 'shared/types.ts', 'scripts/helpers/x.ts', 'server/misc.ts', 'server/orders/types.test.ts'])('that say nothing are found: %s', file => expect(saysNothing(file)).toBe(true))
  it.each(['server/orders/api/orders/[id]/index.get.ts', 'server/middleware/00.request.ts', 'pages/products/[slug].vue', 'components/PriceTag.vue', 'composables/useCart.ts', 'server/products/file-types.ts'])('that are right are left alone: %s', file => expect([fits(file), saysNothing(file)]).toEqual([true, false]))
})
