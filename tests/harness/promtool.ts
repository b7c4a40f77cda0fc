import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Prometheus' own checker, with these arguments. @throws with its words when it finds something */
export const promtool = (...args: string[]) => promisify(execFile)('promtool', args)
