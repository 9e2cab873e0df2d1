import fc from 'fast-check'

/** A few sorted inputs with many ties; any junction takes them. */
export const sortedInputs = fc.array(
  fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 }).map((items) => items.sort((a, b) => a - b)),
  { minLength: 1, maxLength: 5 },
)
