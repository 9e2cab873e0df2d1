import { spawnSync } from 'node:child_process'
import type { Outline } from './outline.ts'

/** Why a benchmark cannot run on this machine; undefined if it can. */
export function skipReason(benchmark: Outline): string | undefined {
  const program = benchmark.kind === 'race' ? benchmark.needs : undefined
  if (program === undefined || spawnSync(program, ['--version']).error === undefined) return undefined
  return `${program} is not installed`
}
