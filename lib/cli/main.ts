#!/usr/bin/env node
import module from 'node:module'
import { constants } from 'node:os'
import { INTERRUPTED } from './io.ts'
import { run } from './run.ts'

// The command, which `run` imports, is compiled only once for all starts. Node 20 cannot do that.
const { enableCompileCache } = module as { enableCompileCache?: () => unknown }
enableCompileCache?.()

/** How long the end may take after a signal, in milliseconds. */
const GRACE = 1000

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    stop.abort(signal)
    // Nobody listens any more, so a second signal kills the process. So does this one, if something cannot be broken off, such as
    // the opening of a pipe that nobody writes to; `process.exit` would wait for that.
    setTimeout(() => process.kill(process.pid, signal), GRACE).unref()
  })
// An error of standard output also fails the pipeline that writes to it; without a listener it would crash the process.
process.stdout.on('error', () => undefined)

const { stdin, stdout, stderr } = process
const { signal } = stop
// Not a top-level `await`: the command is bundled as CommonJS.
void run(process.argv.slice(2), { stdin, stdout, stderr, signal }).then((code) => {
  process.exitCode = code === INTERRUPTED ? 128 + constants.signals[signal.reason as NodeJS.Signals] : code
})
