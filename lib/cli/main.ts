#!/usr/bin/env node
import { INTERRUPTED } from './io.ts'
import { run } from './run.ts'

const stop = new AbortController()
process.once('SIGINT', () => {
  stop.abort()
  // A second Ctrl-C does not wait for anything.
  process.once('SIGINT', () => process.exit(INTERRUPTED))
})
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())
// An error of standard output also fails the pipeline that writes to it; without a listener it would crash the process.
process.stdout.on('error', () => undefined)

const { stdin, stdout, stderr } = process
process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, signal: stop.signal })
