import type { Found } from './files.ts'
import type { KeyedFile, KeyOf, KeyOptions } from './line-key.ts'

/** A file to merge. */
export interface Input extends KeyedFile, Found {
  /** The name as it is printed before lines: a character for each byte. */
  readonly label: string
  readonly keys: KeyOptions
  readonly keyOf: KeyOf
  /** What its lines should have, and what to do if none has. */
  readonly wanted: string
}
