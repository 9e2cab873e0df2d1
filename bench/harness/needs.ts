/** Programs that a question drives and that may not be installed. */
import { spawnSync } from 'node:child_process'
import type { Outline } from './outline.ts'

/** Why a question cannot be asked here; undefined if it can. */
export function lackOf(question: Outline): string | undefined {
  const program = question.kind === 'race' ? question.needs : undefined
  if (program === undefined || spawnSync(program, ['--version']).error === undefined) return undefined
  return `${program} is not installed`
}
