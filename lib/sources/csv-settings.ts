/** How a table is read. Characters are given as bytes. */
export interface CsvSettings {
  /** Undefined if it is to be detected. */
  readonly separator: number | undefined
  /** Undefined if quotes are ordinary text. */
  readonly quote: number | undefined
  readonly escape: number | undefined
  readonly headers: readonly string[] | false | undefined
  readonly ragged: 'fail' | 'keep'
  readonly maxRowBytes: number
}
