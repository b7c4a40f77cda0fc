import { describe, expect, it } from 'vitest'
import { editDistance, tsqueryOf, wordsOf } from '../../server/products/search-words.ts'

const alphabet = ['a', 'b', 'c']
const words = (length: number): string[] => (length === 0 ? [''] : words(length - 1).flatMap(word => alphabet.map(letter => word + letter)))
const small = [0, 1, 2, 3].flatMap(words)

/** The same number the slow way: how many single edits lead from one word to another. */
function stepsByHand(from: string, to: string): number {
  let reached = new Set([from])
  for (let steps = 0; ; steps++) {
    if (reached.has(to)) return steps
    const next = new Set<string>()
    for (const word of reached) {
      for (let i = 0; i <= word.length; i++) {
        for (const letter of alphabet) {
          if (word.length < 4) next.add(word.slice(0, i) + letter + word.slice(i))
          if (i < word.length) next.add(word.slice(0, i) + letter + word.slice(i + 1))
        }
        if (i < word.length) next.add(word.slice(0, i) + word.slice(i + 1))
        if (i + 1 < word.length) next.add(word.slice(0, i) + word[i + 1] + word[i] + word.slice(i + 2))
      }
    }
    reached = next
  }
}

describe('the edit distance', () => {
  it.each([
    ['mug', 'mug', 0],
    ['', 'mug', 3],
    ['mug', '', 3],
    ['mug', 'mugs', 1],
    ['mgu', 'mug', 1],
    ['tidewtaer', 'tidewater', 1],
    ['notbook', 'notebook', 1],
    ['cusion', 'cushion', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
    ['abcd', 'badc', 2],
  ])('from %j to %j is %i', (a, b, edits) => expect(editDistance(a, b)).toBe(edits))

  it('is zero only for the same word, the same both ways, and between the difference and the longer length', () => {
    for (const a of small) {
      for (const b of small) {
        const edits = editDistance(a, b)
        expect(edits === 0).toBe(a === b)
        expect(editDistance(b, a)).toBe(edits)
        expect(edits).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
        expect(edits).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }
    }
  })

  it('is what counting the edits by hand gives, for every pair of words of up to two letters and those of three', () => {
    const short = small.filter(word => word.length <= 2)
    for (const a of short) for (const b of short) expect(editDistance(a, b), `${a} → ${b}`).toBe(stepsByHand(a, b))
  })
})

describe('the words of a search', () => {
  it('are lower-case letters and digits, without accents, each once', () => {
    expect(wordsOf('Crème BRÛLÉE crème, 350ml!')).toEqual(['creme', 'brulee', '350ml'])
  })

  it('are at most twelve, of at most forty characters', () => {
    expect(wordsOf(Array.from({ length: 30 }, (_, i) => `w${i}`).join(' '))).toHaveLength(12)
    expect(wordsOf(`${'x'.repeat(41)} ${'y'.repeat(40)}`)).toEqual(['y'.repeat(40)])
  })

  it.each(['', '   ', '!!! & | :* <->', '(((', '\\', '%_%', '\u0000', '💡', 'a'.repeat(500)])('are none in %j', text => expect(wordsOf(text)).toEqual([]))
})

describe('the tsquery', () => {
  it('wants every word, and forgives that the last one is unfinished', () => {
    expect(tsqueryOf([['blue'], ['mu']])).toBe('blue & (mu | mu:*)')
  })

  it('takes any of the words that may have been meant', () => {
    expect(tsqueryOf([['latern', 'later', 'lantern'], ['mug']])).toBe('(latern | later | lantern) & (mug | mug:*)')
  })

  it.each(['mug & !print', 'a | b', '\'; drop table products; --', 'x:*y', 'a\u0000b', 'ﬁne ½ Ⅻ', 'ǅ İstanbul', '日本 マグ', 'до́м', '" or 1=1', 'a'.repeat(40)])('has nothing but words and our own operators, whatever was typed: %j', (text) => {
    expect(tsqueryOf(wordsOf(text).map(word => [word]))).toMatch(/^(?:[\p{L}\p{N}]+ & )*\([\p{L}\p{N}]+ \| [\p{L}\p{N}]+:\*\)$/u)
  })
})
