set local lock_timeout = '3s';--> statement-breakpoint
ALTER TABLE "cart_items" ADD COLUMN "seen_price_minor" integer;--> statement-breakpoint
ALTER TABLE "cart_items" ADD COLUMN "reduced_from" integer;