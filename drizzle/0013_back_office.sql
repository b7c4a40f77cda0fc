set local lock_timeout = '3s';
--> statement-breakpoint
CREATE TABLE "picture_uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL,
	"status" text DEFAULT 'waiting' NOT NULL,
	"alt" text NOT NULL,
	"option_value" text,
	"made" integer DEFAULT 0 NOT NULL,
	"total" integer NOT NULL,
	"problem" text,
	"uploaded_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "product_slugs" (
	"slug" text PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "product_images" ADD COLUMN "upload_id" uuid;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "published" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "picture_uploads" ADD CONSTRAINT "picture_uploads_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_slugs" ADD CONSTRAINT "product_slugs_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "picture_uploads_open" ON "picture_uploads" USING btree ("product_id") WHERE status <> 'done';--> statement-breakpoint
CREATE INDEX "product_slugs_product" ON "product_slugs" USING btree ("product_id");--> statement-breakpoint
-- brief: in a large shop built before, with create index concurrently
CREATE INDEX IF NOT EXISTS "products_offered_facets" ON "products" USING btree ("category_slug","in_stock","price_minor","colours","traits") WHERE published;--> statement-breakpoint
-- brief: in a large shop built before, with create index concurrently
CREATE INDEX IF NOT EXISTS "products_drafts" ON "products" USING btree ("published_at","id") WHERE not published;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION products_changed() RETURNS trigger
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
    WHERE (f.slug, f.name, f.category_slug, f.description, f.attributes, f.options, f.tags, f.colours, f.price_minor, f.max_price_minor, f.in_stock, f.published_at, f.published)
      IS DISTINCT FROM (l.slug, l.name, l.category_slug, l.description, l.attributes, l.options, l.tags, l.colours, l.price_minor, l.max_price_minor, l.in_stock, l.published_at, l.published)
      OR f.compare_at_minor IS DISTINCT FROM l.compare_at_minor OR f.image IS DISTINCT FROM l.image OR f.ratings IS DISTINCT FROM l.ratings;
    -- What an address that it had before leads to has changed as well.
    SELECT array_agg(tag) INTO changed FROM (
      SELECT unnest(changed) AS tag UNION
      SELECT 'product:' || s.slug FROM former f JOIN latest l USING (id) JOIN product_slugs s ON s.product_id = l.id
      WHERE f.slug <> l.slug OR f.published <> l.published) AS tags;
  END IF;
  IF changed IS NOT NULL THEN PERFORM note_cache_change(changed || 'catalogue'::text); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION product_slugs_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE changed text[];
BEGIN
  SELECT array_agg('product:' || slug) INTO changed FROM touched;
  IF changed IS NOT NULL THEN PERFORM note_cache_change(changed); END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER product_slugs_inserted AFTER INSERT ON product_slugs REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION product_slugs_changed();
--> statement-breakpoint
CREATE TRIGGER product_slugs_deleted AFTER DELETE ON product_slugs REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION product_slugs_changed();
