CREATE TABLE "invariant_checks" (
	"name" text PRIMARY KEY NOT NULL,
	"broken" integer NOT NULL,
	"sample" jsonb NOT NULL,
	"took_ms" integer NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"broken_since" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "returns" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"lines" jsonb NOT NULL,
	"reason" text NOT NULL,
	"status" text DEFAULT 'requested' NOT NULL,
	"restocked" boolean DEFAULT false NOT NULL,
	"refund_minor" integer NOT NULL,
	"requested_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by" uuid
);
--> statement-breakpoint
CREATE TABLE "payment_findings" (
	"intent_id" text NOT NULL,
	"kind" text NOT NULL,
	"order_id" uuid,
	"detail" jsonb NOT NULL,
	"mended" boolean NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "payment_findings_once" UNIQUE("intent_id","kind")
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"amount_minor" integer NOT NULL,
	"currency" text NOT NULL,
	"cause" text NOT NULL,
	"reason" text NOT NULL,
	"state" text DEFAULT 'requested' NOT NULL,
	"requested_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp with time zone,
	CONSTRAINT "refunds_amount" CHECK (amount_minor > 0)
);
--> statement-breakpoint
CREATE TABLE "dead_letters" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"event_id" uuid NOT NULL,
	"subscriber" text NOT NULL,
	"type" text NOT NULL,
	"subject" text NOT NULL,
	"payload" jsonb NOT NULL,
	"traceparent" text,
	"error" text NOT NULL,
	"attempts" integer NOT NULL,
	"status" text DEFAULT 'waiting' NOT NULL,
	"replays" integer DEFAULT 0 NOT NULL,
	"first_failed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_failed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	CONSTRAINT "dead_letters_once" UNIQUE("event_id","subscriber")
);
--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "claimed_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "effects" ADD COLUMN "completed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "returns" ADD CONSTRAINT "returns_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "returns_order" ON "returns" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "returns_open" ON "returns" USING btree ("requested_at") WHERE status = 'requested';--> statement-breakpoint
CREATE INDEX "refunds_order" ON "refunds" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "dead_letters_open" ON "dead_letters" USING btree ("status","id");--> statement-breakpoint
UPDATE effects SET completed_at = at;
--> statement-breakpoint
CREATE FUNCTION restock_units(cause text, variant_ids uuid[], quantities int[]) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE line record;
BEGIN
  -- The ledger's row is the record that it happened: a second time adds none.
  INSERT INTO stock_movements (variant_id, kind, quantity, reference)
  SELECT w.v, 'restocked', w.q, cause FROM unnest(variant_ids, quantities) AS w(v, q)
  ON CONFLICT (reference, kind, variant_id) DO NOTHING;
  IF NOT FOUND THEN RETURN false; END IF;
  FOR line IN SELECT w.v, w.q FROM unnest(variant_ids, quantities) AS w(v, q) ORDER BY w.v LOOP
    UPDATE stock SET restocked = restocked + line.q, on_hand = on_hand + line.q WHERE variant_id = line.v;
  END LOOP;
  RETURN true;
END $$;
