// What has to be there before the first page: the tables, and in a demo its range and its two accounts. Each does nothing
// when there is nothing to do.
const migrate = './migrate.mjs'
const seed = './seed.mjs'

await import(migrate)
if (process.env.APP_MODE === 'demo') await import(seed)
