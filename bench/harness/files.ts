/** Saves runs as JSON files and reads them back. */
import { readFileSync, writeFileSync } from 'node:fs'
import { UsageError } from './options.ts'
import type { Run } from './result.ts'

/** Called after every benchmark, so that an interrupted run keeps its results. */
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
  throw new UsageError(`--from: ${file} was not written by npm run bench -- --json`)
}
