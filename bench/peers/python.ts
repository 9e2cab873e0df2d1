import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Outcome, Way } from '../benchmark.ts'

const script = join(import.meta.dirname, '../../../peers/chapter.py')
const hasPython = spawnSync('python3', ['--version']).status === 0

/** A way that runs chapter.py, or no way if Python is not installed. */
export const inPython = (name: string, ...args: readonly string[]): Record<string, Way> =>
  hasPython
    ? {
        [name]: () => JSON.parse(execFileSync('python3', [script, ...args], { encoding: 'utf8' })) as Outcome,
      }
    : {}
