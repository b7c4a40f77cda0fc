import { existsSync } from 'node:fs'
import { findProgram } from './find-program.ts'

/** Where distributions put it, whether or not an ordinary user's PATH says so. */
const places = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/local/bin/nginx', '/opt/homebrew/bin/nginx']

/** The path of nginx; null when there is none. */
export const findNginx = (): string | null => findProgram('nginx') ?? places.find(path => existsSync(path)) ?? null
