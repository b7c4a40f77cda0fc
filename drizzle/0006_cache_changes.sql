CREATE TABLE "cache_changes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"tags" text[],
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"purged_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "cache_changes_at" ON "cache_changes" USING btree ("at");--> statement-breakpoint
CREATE INDEX "cache_changes_unpurged" ON "cache_changes" USING btree ("id") WHERE purged_at is null;--> statement-breakpoint
CREATE FUNCTION note_cache_change(changed text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  change bigint;
  message text;
BEGIN
  -- Beyond this many, everything is cheaper to drop than to name.
  IF cardinality(changed) > 400 THEN changed := NULL; END IF;
  INSERT INTO cache_changes (tags) VALUES (changed) RETURNING id INTO change;
  message := json_build_object('id', change, 'tags', changed)::text;
  -- A notification holds less than 8000 bytes. It goes out when the transaction commits, or not at all.
  PERFORM pg_notify('cache_changes', CASE WHEN octet_length(message) < 7900 THEN message ELSE json_build_object('id', change, 'tags', NULL)::text END);
END $$;
--> statement-breakpoint
CREATE FUNCTION products_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE changed text[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT array_agg('product:' || slug) INTO changed FROM latest;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg('product:' || slug) INTO changed FROM former;
  ELSE
    -- Not what nobody sees: how often it was sold, the words it is found by.
    SELECT array_agg(DISTINCT 'product:' || name.slug) INTO changed
    FROM former f JOIN latest l USING (id) CROSS JOIN LATERAL (VALUES (f.slug), (l.slug)) AS name(slug)
    WHERE (f.slug, f.name, f.category_slug, f.description, f.attributes, f.options, f.tags, f.colours, f.price_minor, f.max_price_minor, f.in_stock, f.published_at)
      IS DISTINCT FROM (l.slug, l.name, l.category_slug, l.description, l.attributes, l.options, l.tags, l.colours, l.price_minor, l.max_price_minor, l.in_stock, l.published_at)
      OR f.compare_at_minor IS DISTINCT FROM l.compare_at_minor OR f.image IS DISTINCT FROM l.image;
  END IF;
  IF changed IS NOT NULL THEN PERFORM note_cache_change(changed || 'catalogue'::text); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER products_inserted AFTER INSERT ON products REFERENCING NEW TABLE AS latest FOR EACH STATEMENT EXECUTE FUNCTION products_changed();
--> statement-breakpoint
CREATE TRIGGER products_updated AFTER UPDATE ON products REFERENCING OLD TABLE AS former NEW TABLE AS latest FOR EACH STATEMENT EXECUTE FUNCTION products_changed();
--> statement-breakpoint
CREATE TRIGGER products_deleted AFTER DELETE ON products REFERENCING OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION products_changed();
--> statement-breakpoint
CREATE FUNCTION product_parts_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE changed text[];
BEGIN
  SELECT array_agg('product:' || slug) INTO changed FROM products WHERE id IN (SELECT product_id FROM touched);
  IF changed IS NOT NULL THEN PERFORM note_cache_change(changed); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER variants_inserted AFTER INSERT ON variants REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION product_parts_changed();
--> statement-breakpoint
CREATE TRIGGER variants_updated AFTER UPDATE ON variants REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION product_parts_changed();
--> statement-breakpoint
CREATE TRIGGER variants_deleted AFTER DELETE ON variants REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION product_parts_changed();
--> statement-breakpoint
CREATE TRIGGER product_images_inserted AFTER INSERT ON product_images REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION product_parts_changed();
--> statement-breakpoint
CREATE TRIGGER product_images_deleted AFTER DELETE ON product_images REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION product_parts_changed();
--> statement-breakpoint
CREATE TRIGGER product_images_updated AFTER UPDATE ON product_images REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION product_parts_changed();
--> statement-breakpoint
CREATE FUNCTION shelf_looks_different() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_cache_change(array_agg('product:' || slug)) FROM products WHERE id = new.product_id HAVING count(*) > 0;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- A page tells how many are left from five downwards: only such a change can be seen.
CREATE TRIGGER stock_looks_different AFTER UPDATE OF on_hand ON stock
FOR EACH ROW WHEN (least(old.on_hand, 6) <> least(new.on_hand, 6)) EXECUTE FUNCTION shelf_looks_different();
--> statement-breakpoint
CREATE FUNCTION categories_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM touched) THEN PERFORM note_cache_change(NULL); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER categories_inserted AFTER INSERT ON categories REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION categories_changed();
--> statement-breakpoint
CREATE TRIGGER categories_updated AFTER UPDATE ON categories REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION categories_changed();
--> statement-breakpoint
CREATE TRIGGER categories_deleted AFTER DELETE ON categories REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION categories_changed();
