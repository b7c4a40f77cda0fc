SET LOCAL lock_timeout = '3s';--> statement-breakpoint
CREATE TABLE "review_votes" (
	"review_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "review_votes_review_id_owner_id_pk" PRIMARY KEY("review_id","owner_id")
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"product_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"order_id" uuid,
	"rating" integer NOT NULL,
	"title" text NOT NULL,
	"text" text NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"helpful" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"written_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "reviews_once" UNIQUE("owner_id","product_id"),
	CONSTRAINT "reviews_rating" CHECK (rating between 1 and 5),
	CONSTRAINT "reviews_helpful_count" CHECK (helpful >= 0)
);
--> statement-breakpoint
CREATE TABLE "wishes" (
	"owner_id" uuid NOT NULL,
	"product_id" uuid NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "wishes_owner_id_product_id_pk" PRIMARY KEY("owner_id","product_id")
);
--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "ratings" integer[] DEFAULT '{0,0,0,0,0}' NOT NULL;--> statement-breakpoint
ALTER TABLE "review_votes" ADD CONSTRAINT "review_votes_review_id_reviews_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."reviews"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "review_votes_owner" ON "review_votes" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "reviews_newest" ON "reviews" USING btree ("product_id","written_at","id") WHERE status = 'published';--> statement-breakpoint
CREATE INDEX "reviews_helpful" ON "reviews" USING btree ("product_id","helpful","id") WHERE status = 'published';--> statement-breakpoint
CREATE INDEX "reviews_queue" ON "reviews" USING btree ("status","written_at","id");--> statement-breakpoint
CREATE INDEX "wishes_owner" ON "wishes" USING btree ("owner_id","added_at");
--> statement-breakpoint
-- The stars beside a product are seen as well.
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
    WHERE (f.slug, f.name, f.category_slug, f.description, f.attributes, f.options, f.tags, f.colours, f.price_minor, f.max_price_minor, f.in_stock, f.published_at)
      IS DISTINCT FROM (l.slug, l.name, l.category_slug, l.description, l.attributes, l.options, l.tags, l.colours, l.price_minor, l.max_price_minor, l.in_stock, l.published_at)
      OR f.compare_at_minor IS DISTINCT FROM l.compare_at_minor OR f.image IS DISTINCT FROM l.image OR f.ratings IS DISTINCT FROM l.ratings;
  END IF;
  IF changed IS NOT NULL THEN PERFORM note_cache_change(changed || 'catalogue'::text); END IF;
  RETURN NULL;
END $$;
