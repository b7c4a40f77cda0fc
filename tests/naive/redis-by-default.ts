import { Redis } from 'ioredis'

/** As its manual opens it: commands wait for a connection, and without end for an answer. */
export function redisByDefault(url: string): Redis {
  return new Redis(url).on('error', () => {})
}
