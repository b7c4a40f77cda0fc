-- Products get their traits when they are next saved: by an edit, or all of them by the seed or an import, in its batches.
SET LOCAL lock_timeout = '3s';--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "traits" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
-- brief: built before, with create index concurrently
CREATE INDEX IF NOT EXISTS "products_choices" ON "products" USING btree ("category_slug","in_stock","price_minor","colours","traits");--> statement-breakpoint
-- brief: built before, with create index concurrently
CREATE INDEX IF NOT EXISTS "products_traits" ON "products" USING gin ("traits");
