set local lock_timeout = '3s';
--> statement-breakpoint
ALTER TABLE "product_images" ADD COLUMN "preview" text;