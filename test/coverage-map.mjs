import { existsSync } from 'node:fs'

/** A mirror test covers the lib file of its own name; what tests more than that covers no file by itself. */
export default (test) => {
  const lib = test.replace(/^test\//, 'lib/').replace(/\.test\.ts$/, '.ts')
  return existsSync(lib) ? [lib] : null
}
