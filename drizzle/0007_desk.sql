SET LOCAL lock_timeout = '3s';--> statement-breakpoint
CREATE TABLE "order_notes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"order_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"author" text NOT NULL,
	"body" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "lines" jsonb;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "restocked" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "order_notes" ADD CONSTRAINT "order_notes_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "order_notes_order" ON "order_notes" USING btree ("order_id","at");--> statement-breakpoint
-- brief: built concurrently by hand before, where there are many
CREATE INDEX IF NOT EXISTS "mails_recipient" ON "mails" USING btree ("recipient","created_at");--> statement-breakpoint
-- brief: built concurrently by hand before, where there are many
CREATE INDEX IF NOT EXISTS "orders_newest" ON "orders" USING btree ("placed_at","id");--> statement-breakpoint
-- brief: built concurrently by hand before, where there are many
CREATE INDEX IF NOT EXISTS "orders_status" ON "orders" USING btree ("status","placed_at","id");--> statement-breakpoint
-- brief: built concurrently by hand before, where there are many
CREATE INDEX IF NOT EXISTS "orders_email" ON "orders" USING gin ("email" gin_trgm_ops);--> statement-breakpoint
-- brief: built concurrently by hand before, where there are many
CREATE INDEX IF NOT EXISTS "orders_name" ON "orders" USING gin ((address ->> 'name') gin_trgm_ops);--> statement-breakpoint
-- brief: a return is rare
CREATE INDEX IF NOT EXISTS "returns_closed" ON "returns" USING btree ("closed_at");--> statement-breakpoint
-- brief: built concurrently by hand before, where there are many
CREATE INDEX IF NOT EXISTS "stock_movements_at" ON "stock_movements" USING btree ("at");--> statement-breakpoint
-- brief: built concurrently by hand before, where there are many
CREATE INDEX IF NOT EXISTS "audit_log_order" ON "audit_log" USING btree ((detail ->> 'orderId'),"id") WHERE detail ? 'orderId';
