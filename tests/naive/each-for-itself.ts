import type { Flights } from '../../server/platform/cache/flights.ts'

/** One load at a time within an instance, and no word to the others. */
export function eachForItself(): Flights {
  const flying = new Map<string, Promise<string>>()
  return {
    once(key, make) {
      const flight = flying.get(key) ?? make().finally(() => flying.delete(key))
      flying.set(key, flight)
      return flight
    },
  }
}
