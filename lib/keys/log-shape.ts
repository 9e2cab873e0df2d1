import { epochReader } from './epoch-time.ts'
import type { TimeReader } from './iso-reader.ts'
import { isContinuation, isIsoAt } from './log-shapes.ts'
import { logReader, type ShapeReaders } from './log-reader.ts'

/** The name of a shape that `logTime` knows. */
export type LogShape = keyof ShapeReaders

/** Names the shape by which `logTime` finds the time in a line; undefined if there is none. */
export function shapeReader(): (line: string) => LogShape | undefined {
  let found: LogShape | undefined
  const noting =
    (shape: LogShape, read: TimeReader = () => 0): TimeReader =>
    (text, at) => {
      found = shape
      return read(text, at)
    }
  const find = logReader({
    iso: noting('iso'),
    clf: noting('clf'),
    syslog: noting('syslog'),
    klog: noting('klog'),
    json: noting('json'),
    quoted: noting('quoted'),
    // A number is a time only if it is one of our century.
    epoch: noting('epoch', epochReader('auto')),
  })
  return (line) => {
    if (isContinuation(line)) return undefined
    if (isIsoAt(line, 0)) return 'iso'
    return Number.isNaN(find(line)) ? undefined : found
  }
}
