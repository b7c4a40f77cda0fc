/**
 * Whether this is the long run, `npm run test:long`: more rounds, more requests and more faults of what `npm test` shows in short.
 */
export const long = process.env.TEST_LONG === '1'
