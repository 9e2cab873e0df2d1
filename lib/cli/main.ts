#!/usr/bin/env node
import module from 'node:module'
import { INTERRUPTED } from './io.ts'
import { run } from './run.ts'

// The command, which `run` imports, is compiled only once for all starts. Node 20 cannot do that.
const { enableCompileCache } = module as { enableCompileCache?: () => unknown }
enableCompileCache?.()

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
