import { ArgumentError } from '../../errors.ts'
import type { Junction } from '../junction.ts'
import { ZipCursor } from './zip-cursor.ts'
import type { ZipOptions } from './zip-options.ts'

/** The first items of all inputs as one tuple, then the second, and so on. */
export function zipJunction({ mode = 'strict', padding }: ZipOptions = {}): Junction<unknown, unknown[]> {
  if (padding !== undefined && mode !== 'longest')
    throw new ArgumentError('padding', "left out unless `mode` is 'longest'")
  return {
    name: 'zip',
    bytes: false,
    output: 'objects',
    open: (inputs, scope, place) => new ZipCursor(inputs, scope, place, mode, padding),
  }
}
