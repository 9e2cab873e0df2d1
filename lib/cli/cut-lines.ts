import { flushable, many, none, stage } from '../index.ts'
import { DataError } from './failure.ts'

const LF = 10
const LIMIT = 2 ** 24

/** A stage that cuts chunks into lines, each with its LF. The last one may have none. */
export const cutLines = () =>
  stage<Buffer, Buffer>(() => {
    let held: Buffer[] = []
    let size = 0
    const hold = (part: Buffer): void => {
      held.push(part)
      size += part.length
      if (size > LIMIT)
        throw new DataError('a line is longer than 16 MiB: use --to, which needs no whole lines')
    }
    const take = (): Buffer => {
      const line = Buffer.concat(held)
      held = []
      size = 0
      return line
    }
    const step = (chunk: Buffer): unknown => {
      const lines: Buffer[] = []
      let start = 0
      for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
        const part = chunk.subarray(start, end + 1)
        start = end + 1
        if (size > 0) hold(part)
        lines.push(size > 0 ? take() : part)
      }
      if (start < chunk.length) hold(chunk.subarray(start))
      return many(lines)
    }
    return flushable(step, (): unknown => (size === 0 ? none : take()))
  })
