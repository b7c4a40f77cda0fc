CREATE FUNCTION hold_stock(hold_id uuid, variant_ids uuid[], quantities int[], for_ms int, OUT short uuid, OUT expires_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE line record;
BEGIN
  -- A look without a lock first: "sold out" is the commonest answer of a rush, and must be the cheapest.
  SELECT wanted.variant_id INTO short
  FROM unnest(variant_ids, quantities) AS wanted(variant_id, quantity)
  LEFT JOIN stock s ON s.variant_id = wanted.variant_id
  WHERE coalesce(s.on_hand, 0) < wanted.quantity ORDER BY 1 LIMIT 1;
  IF short IS NOT NULL THEN RETURN; END IF;

  INSERT INTO stock_holds (id, expires_at) VALUES (hold_id, clock_timestamp() + make_interval(secs => for_ms / 1000.0))
  RETURNING stock_holds.expires_at INTO expires_at;
  INSERT INTO stock_hold_lines (hold_id, variant_id, quantity)
  SELECT $1, w.v, w.q FROM unnest(variant_ids, quantities) AS w(v, q);
  INSERT INTO stock_movements (variant_id, kind, quantity, reference)
  SELECT w.v, 'held', w.q, $1::text FROM unnest(variant_ids, quantities) AS w(v, q);
  -- The contended rows last and in one order for everybody.
  FOR line IN SELECT w.v, w.q FROM unnest(variant_ids, quantities) AS w(v, q) ORDER BY w.v LOOP
    UPDATE stock SET on_hand = on_hand - line.q, reserved = reserved + line.q
    WHERE variant_id = line.v AND on_hand >= line.q;
    IF NOT FOUND THEN short := line.v; RETURN; END IF;
  END LOOP;
END $$;
--> statement-breakpoint
CREATE FUNCTION move_hold(hold uuid, from_statuses text[], to_status text) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE line record;
BEGIN
  UPDATE stock_holds SET status = to_status
  WHERE id = hold AND status = ANY (from_statuses)
    AND (to_status <> 'claimed' OR expires_at > clock_timestamp());
  IF NOT FOUND THEN RETURN false; END IF;
  IF to_status = 'claimed' THEN RETURN true; END IF;

  INSERT INTO stock_movements (variant_id, kind, quantity, reference)
  SELECT l.variant_id, CASE to_status WHEN 'returned' THEN 'restocked' ELSE to_status END, l.quantity, hold::text
  FROM stock_hold_lines l WHERE l.hold_id = hold;
  FOR line IN SELECT l.variant_id, l.quantity FROM stock_hold_lines l WHERE l.hold_id = hold ORDER BY l.variant_id LOOP
    IF to_status = 'released' THEN
      UPDATE stock SET reserved = reserved - line.quantity, on_hand = on_hand + line.quantity WHERE variant_id = line.variant_id;
    ELSIF to_status = 'sold' THEN
      UPDATE stock SET reserved = reserved - line.quantity, sold = sold + line.quantity WHERE variant_id = line.variant_id;
    ELSIF to_status = 'returned' THEN
      UPDATE stock SET restocked = restocked + line.quantity, on_hand = on_hand + line.quantity WHERE variant_id = line.variant_id;
    END IF;
  END LOOP;
  RETURN true;
END $$;
--> statement-breakpoint
CREATE FUNCTION keep_in_stock() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  -- The lock makes rivals that empty two variants of one product take turns; the next statement then sees both.
  PERFORM 1 FROM products WHERE id = new.product_id FOR UPDATE;
  UPDATE products SET in_stock = EXISTS (SELECT 1 FROM stock WHERE product_id = new.product_id AND on_hand > 0)
  WHERE id = new.product_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER stock_arrives AFTER INSERT ON stock
FOR EACH ROW WHEN (new.on_hand > 0) EXECUTE FUNCTION keep_in_stock();
--> statement-breakpoint
CREATE TRIGGER stock_crosses_zero AFTER UPDATE OF on_hand ON stock
FOR EACH ROW WHEN ((old.on_hand > 0) <> (new.on_hand > 0)) EXECUTE FUNCTION keep_in_stock();
