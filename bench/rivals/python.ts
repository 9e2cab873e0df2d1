import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Seen, Way } from '../question.ts'

const script = join(import.meta.dirname, '../../../rivals/chapter.py')
const present = spawnSync('python3', ['--version']).status === 0

/** A way by that name, where Python is to be had. */
export const inPython = (name: string, ...args: readonly string[]): Record<string, Way> =>
  present
    ? { [name]: () => JSON.parse(execFileSync('python3', [script, ...args], { encoding: 'utf8' })) as Seen }
    : {}
