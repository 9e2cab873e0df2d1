import { map } from '../index.ts'
import type { Io } from './io.ts'

/** Shows how much has been written. */
export interface Progress {
  add(bytes: Uint8Array): void
  stop(): void
}

const HIDDEN: Progress = { add: () => undefined, stop: () => undefined }

/** A stage that tells the progress of what passes. */
export const counting = (progress: Progress) =>
  map((bytes: Buffer) => {
    progress.add(bytes)
    return bytes
  })

/**
 * Begins to show progress on standard error if that is a terminal. It disappears at the end. `isWanted` is false if the output
 * itself goes to the terminal; `more` is shown as well.
 */
export async function startProgress(
  { stderr }: Io,
  isWanted: boolean,
  more: () => string = () => '',
): Promise<Progress> {
  if (!isWanted || stderr.isTTY !== true) return HIDDEN
  const { default: cliProgress } = await import('cli-progress')
  const start = performance.now()
  let [size, lines] = [0, 0]
  const format = (): string => {
    const rate = size / Math.max((performance.now() - start) / 1000, 0.001)
    return [sizeOf(size), `${lines} lines`, `${sizeOf(rate)}/s`, more()]
      .filter((part) => part !== '')
      .join(', ')
  }
  const bar = new cliProgress.SingleBar({ stream: stderr, format, clearOnComplete: true, hideCursor: true })
  bar.start(1, 0)
  return {
    add(bytes) {
      size += bytes.length
      for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines++
    },
    stop: () => bar.stop(),
  }
}

const LF = 10
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const

function sizeOf(bytes: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log2(bytes) / 10), 0), UNITS.length - 1)
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`
}
