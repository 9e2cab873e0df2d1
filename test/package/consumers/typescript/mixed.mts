import { OverflowError, type TypedReadable } from 'fanpipe'
import * as required from './required.cjs'

// one class, not two of the same name: what `import` and `require` give can be used in place of each other
export const class1: typeof OverflowError = required.OverflowError
export const class2: typeof required.OverflowError = OverflowError
export type Items = TypedReadable<string>
