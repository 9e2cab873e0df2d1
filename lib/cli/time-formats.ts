import { basename } from 'node:path'
import { UsageError } from './usage.ts'

/** The format of the times in a file; undefined to recognise it. */
export type TimeFormatOf = (file: string) => string | undefined

/** Reads the values of `--time`: `FORMAT` is for all files, `FORMAT=NAME` for those with such a name. */
export function timeFormats(values: readonly string[], files: readonly string[]): TimeFormatOf {
  const isForSome = (value: string): boolean => value.includes('=')
  const [general, second] = values.filter((value) => !isForSome(value))
  if (second !== undefined)
    throw new UsageError(
      `--time ${second}: the format is ${general} already: give ${second}=NAME for some files`,
    )
  const some = values.filter(isForSome).map((value) => {
    const [format, name] = [value.slice(0, value.indexOf('=')), value.slice(value.indexOf('=') + 1)]
    const isNamed = named(name)
    if (!files.some(isNamed)) throw new UsageError(`--time ${value}: no file has this name; * is any text`)
    return { format, isNamed }
  })
  return (file) => some.find(({ isNamed }) => isNamed(file))?.format ?? general
}

/** Whether a path, or its last part, is a name in which `*` is any text. */
function named(name: string): (path: string) => boolean {
  const source = name
    .split('*')
    .map((text) => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
    .join('.*')
  const expression = new RegExp(`^${source}$`, 's')
  return (path) => expression.test(path) || expression.test(basename(path))
}
