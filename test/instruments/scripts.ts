/** Runs scripts that import the library in child processes. */

const isCompiled = import.meta.filename.endsWith('.js')

/**
 * The arguments that make Node run a script that imports `./lib/….ts`. A compiled test imports the compiled library instead, since
 * compiling it in the other process would take seconds.
 */
export const scriptArgs = (script: string): string[] =>
  isCompiled
    ? ['--input-type=module', '-e', script.replaceAll(/'\.\/lib\/(\w+)\.ts'/g, "'./.build/test/lib/$1.js'")]
    : [...process.execArgv, '--input-type=module', '-e', script]
