import { expect, test } from 'vitest'
import { filesBelow, read } from '../architecture/source-files.ts'

/** The built server's own code; what npm installed beside it never had any. */
const built = filesBelow('.output/server').filter(file => /\.m?js$/.test(file) && !file.includes('/node_modules/'))

test('what is built has no race point: neither the call nor a name that one would have', () => {
  expect(built.length).toBeGreaterThan(20)
  expect(built.filter(file => /racePoint\b/.test(read(file)))).toEqual([])
  const names = [...read('server/platform/race-points.ts').matchAll(/'([a-z]+-[a-z]+)'/g)].map(match => match[1]!).filter(name => name.includes('-'))
  expect(names.length).toBeGreaterThanOrEqual(15)
  // A minified build would have another name for the call, but not for its argument.
  expect(names.filter(name => built.some(file => new RegExp(`["'\`]${name}["'\`]`).test(read(file))))).toEqual([])
})
