import { describe, expect, it } from 'vitest'
import { isFeature, noteBefore } from '../../composables/rhythm.ts'

/** Places things as a grid does that never goes back; answers its rows, each a list of taken places. */
function lay(count: number, columns: number): boolean[][] {
  const rows: boolean[][] = []
  const row = (at: number) => (rows[at] ??= Array.from({ length: columns }, () => false))
  let [y, x] = [0, 0]
  const put = (width: number, height: number) => {
    for (;; x++) {
      if (x + width > columns) {
        x = 0
        y++
      }
      const free = Array.from({ length: height * width }, (_, i) => row(y + Math.floor(i / width))[x + i % width]).every(taken => !taken)
      if (free) break
    }
    for (let i = 0; i < height * width; i++) row(y + Math.floor(i / width))[x + i % width] = true
    x += width
  }
  for (let index = 0; index < count; index++) {
    if (noteBefore(index, count) >= 0) put(2, 1)
    put(isFeature(index, count) ? 2 : 1, isFeature(index, count) ? 2 : 1)
  }
  return rows
}

describe('the rhythm of a shelf', () => {
  it.each([2, 4])('leaves no hole before its last row, on %i columns and with any number of things', (columns) => {
    for (let count = 1; count <= 120; count++) {
      const rows = lay(count, columns)
      const last = rows.findLastIndex(row => row.includes(true))
      const holes = rows.slice(0, last).flatMap((row, y) => row.flatMap((taken, x) => (taken ? [] : [`${count} things: row ${y + 1}, place ${x + 1}`])))
      expect(holes).toEqual([])
    }
  })

  it('is no wall of equal cards: two large ones and a note in every 24', () => {
    for (const count of [24, 48, 96]) {
      const indexes = Array.from({ length: count }, (_, i) => i)
      expect(indexes.filter(i => isFeature(i, count))).toHaveLength(count / 12)
      expect(indexes.filter(i => noteBefore(i, count) >= 0)).toHaveLength(count / 24)
    }
  })

  it('does not move what is there when more is loaded', () => {
    const of24 = Array.from({ length: 20 }, (_, i) => [isFeature(i, 24), noteBefore(i, 24)])
    expect(Array.from({ length: 20 }, (_, i) => [isFeature(i, 48), noteBefore(i, 48)])).toEqual(of24)
  })
})
