import { sql } from 'drizzle-orm'
import type { Database } from '../../server/platform/db/database.ts'

const categories = ['tees', 'mugs', 'prints', 'totes', 'notebooks', 'cushions', 'lamps', 'bowls', 'knives', 'blankets', 'stools', 'kettles']

/** An even spread over 0 … 1 that is the same at each run. */
const spread = (factor: number) => sql.raw(`((i::bigint * ${factor}) % 99991 / 99991.0)`)

/**
 * Fills an empty database as a large shop's would be: a hundred thousand products with two variants and two pictures
 * each, twelve categories of unequal size, a vocabulary of twenty thousand words, and twenty thousand of whatever shoppers leave behind.
 */
export async function fillLargeShop(database: Database, products = 100_000): Promise<void> {
  const few = products / 5
  const statements = [
    sql`alter table stock disable trigger user`,
    sql`insert into categories (slug, name, position) select slug, initcap(slug), place from unnest(${sql.param(categories)}::text[]) with ordinality as c(slug, place)`,
    sql`insert into search_words (word) select distinct translate(md5(i::text), '0123456789', 'ghijklmnop') from generate_series(1, 20000) i`,
    sql`insert into search_words (word) select unnest(string_to_array('quiet tidal amber slate linen cedar ember river stone harbour meadow copper willow granite saffron indigo juniper marble thistle hazel large small heavy round', ' ') || ${sql.param(categories)}::text[]) on conflict do nothing`,
    sql`
      insert into products (slug, name, category_slug, description, attributes, options, tags, colours, traits, price_minor, max_price_minor, in_stock, image, sold_count, search, source_hash, published_at)
      select 'item-' || i, name, category, description, '{"material":"wool"}', '[{"name":"Colour","values":["Salt","Kelp"]}]', array['gift'], colours, traits, price, price + 300, ${spread(7907)} > 0.15,
        jsonb_build_object('key', substr(md5(i::text), 1, 20), 'alt', name, 'tint', '#ddd'), floor(${spread(6007)} ^ 8 * 2000), setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', category), 'B') || setweight(to_tsvector('english', description), 'C'),
        md5(i::text), timestamptz '2026-01-01' + (i / 3) * interval '1 minute'
      from (select i, category, price, colours, traits, initcap(adjectives[1 + i % 20]) || ' ' || initcap(sizes[1 + i / 20 % 4]) || ' ' || initcap(category) || ' ' || i as name, 'A thing for the house, made of ' || case i % 10 when 0 then 'wool and ' else '' end || materials[1 + floor(${spread(15485863)} * 200)] || repeat(', and kept for years', 20) as description
        from (select i, (${sql.param(categories)}::text[])[1 + floor(${spread(7919)} ^ 2 * 12)] as category, 500 + floor(${spread(104729)} ^ 3 * 40000)::int as price,
            (array['{Salt,Kelp}', '{Brick}', '{Salt}', '{Ink,Moss,Sand}', '{Kelp,Brick}', '{Ochre}', '{Rust,Teal}', '{}'])[1 + floor(${spread(1299709)} * 8)]::text[] as colours,
            array['size:S', 'size:M', 'size:L', 'material:' || (array['Wool', 'Linen', 'Cotton', 'Velvet'])[1 + i % 4], 'fit:' || (array['Regular', 'Relaxed', 'Boxy'])[1 + i % 3], 'pattern:' || (array['Scale', 'Moire', 'Orchard', 'Stem', 'Weave', 'Pebble', 'Tile', 'Relief', 'Block', 'Field', 'Drift', 'Night'])[1 + i % 11]] as traits
          from generate_series(1, ${products}::int) i) base,
          (select string_to_array('quiet tidal amber slate linen cedar ember river stone harbour meadow copper willow granite saffron indigo juniper marble thistle hazel', ' ') as adjectives, array['large', 'small', 'heavy', 'round'] as sizes,
            (select array_agg('fibre' || n) from generate_series(1, 200) n) as materials) words) made`,
    sql`insert into variants (product_id, sku, options, price_minor, position) select p.id, p.slug || '-' || n, jsonb_build_object('Colour', n), p.price_minor + n * 300, n from products p, generate_series(0, 1) n`,
    sql`insert into stock (variant_id, product_id, on_hand, received) select v.id, v.product_id, q, q from (select v.*, case when p.in_stock then 10 else 0 end as q from variants v join products p on p.id = v.product_id) v`,
    sql`insert into product_images (product_id, position, key, source_url, alt, tint) select p.id, n, substr(md5(p.slug || n), 1, 20), 'https://pictures.example/' || p.slug || n, p.name, '#ddd' from products p, generate_series(0, 1) n`,
    sql`insert into stock_movements (variant_id, kind, quantity, reference) select id, 'received', 10, 'fill' from variants`,
    sql`insert into users (email, name, password_hash) select 'user' || i || '@example.com', 'User', 'x' from generate_series(1, ${few}::int) i`,
    sql`insert into sessions (token_hash, user_id, expires_at) select sha256(email::bytea), id, now() + interval '9 days' from users`,
    sql`insert into known_devices (device_hash, user_id, last_login_at) select sha256(email::bytea), id, now() - interval '170 days' * random() from users`,
    sql`insert into login_failures (account_hash, device_hash, failures, last_tried_at, blocked_until) select sha256(email::bytea), '', 3, now() - interval '20 hours' * random(), now() from users`,
    sql`insert into password_resets (user_id, token_hash, requested_at, expires_at, mailed_at) select id, sha256(email::bytea), now() - interval '20 hours' * random(), now() + interval '10 minutes' * random(), now() from users`,
    sql`insert into audit_log (at, kind, user_id) select now() - interval '300 days' * random(), 'auth.logged-in', id from users`,
    sql`insert into cart_items (owner_id, variant_id, quantity) select u.id, v.id, 1 from users u join lateral (select id from variants order by id limit 3) v on true`,
    sql`insert into stock_holds (id, status, expires_at) select id, case when right(id::text, 2) = '00' then 'active' else 'sold' end, now() - interval '1 minute' from users`,
    sql`insert into stock_hold_lines (hold_id, variant_id, quantity) select h.id, v.id, 1 from stock_holds h, (select id from variants limit 2) v where h.status <> 'active'`,
    sql`insert into checkouts (id, owner_id, status, lines, subtotal_minor, currency, expires_at) select id, id, 'ordered', '[]', 100, 'GBP', now() from users`,
    sql`insert into orders (id, owner_id, access_token, checkout_id, status, email, address, shipping_method, subtotal_minor, shipping_minor, tax_minor, total_minor, currency, placed_at)
      select gen_random_uuid(), id, 'token', id, case when right(id::text, 2) = '00' then 'pending' else 'delivered' end, email, '{}', 'standard', 100, 0, 0, 100, 'GBP', now() - interval '90 days' * random() from users`,
    sql`insert into order_lines (order_id, position, line) select o.id, n, '{"quantity":1}' from orders o, generate_series(0, 1) n`,
    sql`insert into order_events (order_id, type, status, cause) select o.id, 'order.paid', 'paid', 'test' from orders o, generate_series(1, 4)`,
    sql`insert into payments (order_id, state, payment_method, amount_minor, currency) select id, case when right(id::text, 2) = '00' then 'abandoned' else 'captured' end, 'pm_card_visa', 100, 'GBP' from orders`,
    sql`insert into shipments (order_id, status) select id, 'delivered' from orders`,
    sql`insert into idempotency_keys (owner_id, key, fingerprint, order_id, locked_until, created_at) select owner_id, 'key', 'x', id, now(), now() - interval '24 hours' * random() * 1.02 from orders`,
    sql`insert into outbox (type, subject, payload, created_at, published_at) select 'order.paid', id::text, '{}', at, case when right(id::text, 2) <> '00' then at end from (select id, now() - interval '90 days' * random() as at from orders) o`,
    sql`insert into effects (event_id, effect) select event_id, 'stock-ledger' from outbox`,
    sql`insert into mails (event_id, message_id, recipient, subject, body, sent_at, created_at) select event_id, event_id::text, 'a@example.com', 'Hello', 'Text', created_at, created_at from outbox`,
    sql`alter table stock enable trigger user`,
    // Sets the visibility map too, without which an index-only scan must look into the table.
    sql`vacuum analyze`,
  ]
  for (const statement of statements) await database.fresh(db => db.execute(statement))
}
