/** A repeatable source of chance: the same seed gives the same numbers on every machine, so a picture's address can be a hash of what is drawn. */
export interface Random {
  next(): number
  range(from: number, to: number): number
  /** Both ends included. */
  int(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  shuffle<T>(list: readonly T[]): T[]
}

function hash(text: string): number {
  let h = 2166136261
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  h = Math.imul(h ^ (h >>> 16), 2246822507)
  h = Math.imul(h ^ (h >>> 13), 3266489909)
  return (h ^ (h >>> 16)) >>> 0
}

/** Seeds sfc32 (Chris Doty-Humphrey, PractRand) from a text through FNV-1a. */
export function createRandom(seed: string | number): Random {
  let a = hash(`a${seed}`)
  let b = hash(`b${seed}`)
  let c = hash(`c${seed}`)
  let d = 1
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) next()
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    range: (from, to) => from + next() * (to - from),
    int,
    chance: probability => next() < probability,
    pick: list => cycle(list, int(0, list.length - 1)),
    shuffle(list) {
      const copy = [...list]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = int(0, i)
        const held = cycle(copy, i)
        copy[i] = cycle(copy, j)
        copy[j] = held
      }
      return copy
    },
  }
}

/** The element at `index`, counting round and round. Throws on an empty list. */
export function cycle<T>(list: readonly T[], index: number): T {
  if (list.length === 0) throw new RangeError('an empty list has no element')
  return list[((index % list.length) + list.length) % list.length] as T
}

/** Gradient noise in −1…1 (Perlin, "Improving Noise", 2002), on a lattice shuffled by `random`. */
export function createNoise(random: Random): (x: number, y: number) => number {
  const order = random.shuffle(Array.from({ length: 256 }, (_, i) => i))
  const table = Uint8Array.from([...order, ...order])
  const fade = (t: number) => t * t * t * (t * (t * 6 - 15) + 10)
  const slope = (cell: number, x: number, y: number) => {
    const angle = (cell / 256) * Math.PI * 2
    return Math.cos(angle) * x + Math.sin(angle) * y
  }
  const at = (x: number, y: number) => table[((table[x & 255] ?? 0) + (y & 255)) & 511] ?? 0
  return (x, y) => {
    const left = Math.floor(x)
    const top = Math.floor(y)
    const dx = x - left
    const dy = y - top
    const u = fade(dx)
    const v = fade(dy)
    const upper = slope(at(left, top), dx, dy) * (1 - u) + slope(at(left + 1, top), dx - 1, dy) * u
    const lower = slope(at(left, top + 1), dx, dy - 1) * (1 - u) + slope(at(left + 1, top + 1), dx - 1, dy - 1) * u
    return (upper * (1 - v) + lower * v) * 1.5
  }
}
