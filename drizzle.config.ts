import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./server/*/db/tables.ts', './server/platform/outbox/tables.ts', './server/platform/audit/tables.ts', './server/platform/cache/tables.ts'],
  out: './drizzle',
})
