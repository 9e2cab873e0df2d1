import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const lib = readdirSync('lib', { recursive: true })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join('lib', name))

/**
 * Laws run through every file, so every test may cover every file; all of them together have to cover all. But what runs the
 * built package, as the examples do, would count the same lines twice.
 */
export default (test) => (/examples.(main|run|pipelines|live-topology|processes)\./.test(test) ? null : lib)
