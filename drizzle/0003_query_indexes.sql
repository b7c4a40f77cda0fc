DROP INDEX "mails_created";--> statement-breakpoint
DROP INDEX "orders_owner";--> statement-breakpoint
DROP INDEX "products_newest";--> statement-breakpoint
DROP INDEX "products_category_newest";--> statement-breakpoint
DROP INDEX "products_bestselling";--> statement-breakpoint
CREATE INDEX "mails_created" ON "mails" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "orders_owner" ON "orders" USING btree ("owner_id","placed_at","id");--> statement-breakpoint
CREATE INDEX "products_newest" ON "products" USING btree ("published_at","id");--> statement-breakpoint
CREATE INDEX "products_category_newest" ON "products" USING btree ("category_slug","published_at","id");--> statement-breakpoint
CREATE INDEX "products_bestselling" ON "products" USING btree ("sold_count","id");--> statement-breakpoint
CREATE OR REPLACE FUNCTION keep_in_stock() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE available boolean;
BEGIN
  -- The lock makes rivals that empty two variants of one product take turns; the next statement then sees both.
  PERFORM 1 FROM products WHERE id = new.product_id FOR UPDATE;
  available := EXISTS (SELECT 1 FROM stock WHERE product_id = new.product_id AND on_hand > 0);
  -- A row written anew is entered into every index anew: only when it changes.
  UPDATE products SET in_stock = available WHERE id = new.product_id AND in_stock <> available;
  RETURN NULL;
END $$;
