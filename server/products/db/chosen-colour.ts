import { sql } from 'drizzle-orm'
import type { Picture, ProductCard } from '../../../shared/schemas/products.ts'
import type { Reader } from '../../platform/db/database.ts'
import { colourOption } from '../traits.ts'

interface ShownRow extends Record<string, unknown> {
  product_id: string
  sku: string
  image: Picture | null
}

/**
 * The cards as who asked for these colours wants to see them: each with the picture of its first variant in one of them, one
 * that can be bought if there is any, and with that variant's SKU. A card without such a picture keeps its own.
 */
export async function showInColours(db: Reader, cards: ProductCard[], colours: readonly string[]): Promise<ProductCard[]> {
  if (cards.length === 0 || colours.length === 0) return cards
  const { rows } = await db.execute<ShownRow>(sql`
    select shown.product_id, shown.sku,
      (select jsonb_strip_nulls(jsonb_build_object('key', i.key, 'alt', i.alt, 'tint', i.tint, 'preview', i.preview))
        from product_images i where i.product_id = shown.product_id and i.option_value = shown.colour order by i.position limit 1) as image
    from (
      select distinct on (v.product_id) v.product_id, v.sku, o.value as colour
      from variants v join products p on p.id = v.product_id left join stock s on s.variant_id = v.id cross join jsonb_each_text(v.options) o
      where v.product_id = any(${sql.param(cards.map(card => card.id))}::uuid[]) and not v.retired and o.value = any(${sql.param([...colours])}::text[])
        and o.key = (select option ->> 'name' from jsonb_array_elements(p.options) with ordinality as listed(option, place)
          where option ->> 'name' ~* ${colourOption.source} order by place limit 1)
      order by v.product_id, coalesce(s.on_hand, 0) > 0 desc, v.position) shown`)
  const shown = new Map(rows.map(row => [row.product_id, row]))
  return cards.map((card) => {
    const { sku, image } = shown.get(card.id) ?? {}
    return sku ? { ...card, image: image ?? card.image, variantSku: sku } : card
  })
}
