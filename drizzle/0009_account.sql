set local lock_timeout = '3s';
--> statement-breakpoint
CREATE TABLE "addresses" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"address" jsonb NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "about" uuid;--> statement-breakpoint
ALTER TABLE "mails" ADD COLUMN "news" text;--> statement-breakpoint
CREATE INDEX "addresses_user" ON "addresses" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "addresses_one_default" ON "addresses" USING btree ("user_id") WHERE is_default;--> statement-breakpoint
-- brief: built before, with create index concurrently, on an installation that has mails
CREATE INDEX IF NOT EXISTS "mails_about" ON "mails" USING btree ("about");--> statement-breakpoint
-- brief: built before, with create index concurrently, on an installation that has events
CREATE INDEX IF NOT EXISTS "outbox_subject" ON "outbox" USING btree ("subject");