import { cycle } from '../pictures/random.ts'
import type { Random } from '../pictures/random.ts'
import type { Kind } from '../pictures/views.ts'

export interface CatalogueVariant {
  sku: string
  options: Record<string, string>
  /** Pence. */
  priceMinor: number
  /** Pence before the sale; null when it isn't on sale. */
  compareAtMinor: number | null
  stock: number
}

export interface Assortment {
  options: { name: string, values: string[] }[]
  variants: CatalogueVariant[]
  /** The option that changes how the thing looks, and its values' keys in `colours`. */
  looks: { option: string, colours: Record<string, string> }
}

type Choice = readonly [value: string, extraMinor: number]

interface Range {
  /** Pence for the first choice of both options. */
  baseMinor: readonly number[]
  sizes: { name: string, choices: readonly Choice[] }
  looks: { name: string, choices: readonly (readonly [value: string, colour: string, extraMinor: number])[], count: readonly [number, number] }
}

const cloth = [['Salt', 'salt', 0], ['Ink', 'ink', 0], ['Oat', 'oat', 0], ['Kelp', 'kelp', 0], ['Rose', 'rose', 0], ['Ochre', 'ochre', 0], ['Brick', 'brick', 0], ['Fog', 'fog', 0], ['Sky', 'sky', 0], ['Plum', 'plum', 0], ['Soot', 'soot', 0]] as const

const ranges: Readonly<Record<Kind, Range>> = {
  print: {
    baseMinor: [1800, 2200, 2400],
    sizes: { name: 'Size', choices: [['A4', 0], ['A3', 1000], ['50 × 70 cm', 2600]] },
    looks: { name: 'Frame', choices: [['Unframed', 'bare', 0], ['Oak', 'oak', 3200], ['Black', 'black', 2800], ['White', 'white', 2800], ['Walnut', 'walnut', 3600]], count: [3, 4] },
  },
  mug: {
    baseMinor: [1400, 1500, 1600],
    sizes: { name: 'Size', choices: [['Cup, 240 ml', 0], ['Mug, 350 ml', 200], ['Pint, 500 ml', 500]] },
    looks: { name: 'Glaze', choices: cloth, count: [2, 3] },
  },
  tote: {
    baseMinor: [1600, 1800, 2000],
    sizes: { name: 'Handles', choices: [['Short', 0], ['Long', 100]] },
    looks: { name: 'Colour', choices: cloth, count: [2, 3] },
  },
  tee: {
    baseMinor: [2600, 2800, 3000],
    sizes: { name: 'Size', choices: [['XS', 0], ['S', 0], ['M', 0], ['L', 0], ['XL', 0], ['XXL', 200]] },
    looks: { name: 'Colour', choices: cloth, count: [2, 3] },
  },
  notebook: {
    baseMinor: [1200, 1300, 1450],
    sizes: { name: 'Paper', choices: [['Plain', 0], ['Lined', 0], ['Dotted', 50]] },
    looks: { name: 'Cloth', choices: cloth, count: [1, 2] },
  },
  cushion: {
    baseMinor: [3200, 3400, 3800],
    sizes: { name: 'Filling', choices: [['Cover only', 0], ['Recycled fibre', 700], ['Feather', 1400]] },
    looks: { name: 'Piping', choices: cloth, count: [1, 2] },
  },
}

const saleMinor = (priceMinor: number, share: number) => Math.max(100, Math.round((priceMinor * (1 - share)) / 50) * 50)

function stockOf(random: Random): number {
  const luck = random.next()
  if (luck < 0.08) return 0
  return luck < 0.22 ? random.int(1, 5) : random.int(8, 140)
}

/** The sizes, looks, prices and stock of one product; `skuStem` starts every SKU. Bound to its random source. */
export function assort(kind: Kind, skuStem: string, random: Random): Assortment {
  const range = ranges[kind]
  const baseMinor = random.pick(range.baseMinor)
  const sale = random.chance(0.14) ? random.pick([0.15, 0.2, 0.3]) : 0
  const wanted = random.int(...range.looks.count)
  // Unframed always comes first: it is the cheapest way in.
  const looks = kind === 'print'
    ? [cycle(range.looks.choices, 0), ...random.shuffle(range.looks.choices.slice(1)).slice(0, wanted - 1)]
    : random.shuffle(range.looks.choices).slice(0, wanted)
  const variants = looks.flatMap(([look, colour, lookMinor]) => range.sizes.choices.map(([size, sizeMinor], i): CatalogueVariant => {
    const fullMinor = baseMinor + lookMinor + sizeMinor + (lookMinor ? sizeMinor * 0.6 : 0)
    return {
      sku: `${skuStem}-${colour.slice(0, 4).toUpperCase()}-${i + 1}`,
      options: { [range.sizes.name]: size, [range.looks.name]: look },
      priceMinor: sale ? saleMinor(fullMinor, sale) : fullMinor,
      compareAtMinor: sale ? fullMinor : null,
      stock: stockOf(random),
    }
  }))
  return {
    options: [
      { name: range.sizes.name, values: range.sizes.choices.map(([value]) => value) },
      { name: range.looks.name, values: looks.map(([value]) => value) },
    ],
    variants,
    looks: { option: range.looks.name, colours: Object.fromEntries(looks.map(([value, colour]) => [value, colour])) },
  }
}
