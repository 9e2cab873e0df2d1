/** Runs as JSON files. */
import { readFileSync, writeFileSync } from 'node:fs'
import { UsageError } from './options.ts'
import type { Run } from './result.ts'

/** Called after every question, so that what was measured is kept. */
export function save(run: Run, json: string | undefined): void {
  if (json === undefined) return
  try {
    writeFileSync(json, `${JSON.stringify(run, undefined, 1)}\n`)
  } catch (error) {
    throw new UsageError(`--json: ${(error as Error).message}`)
  }
}

export function readRun(file: string): Run {
  try {
    const run = JSON.parse(readFileSync(file, 'utf8')) as Partial<Run>
    if (Array.isArray(run.results)) return run as Run
  } catch (error) {
    throw new UsageError(`--from: ${file}: ${(error as Error).message}`)
  }
  throw new UsageError(`--from: ${file} is no run of this bench`)
}
