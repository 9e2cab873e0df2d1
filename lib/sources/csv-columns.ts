/** The name of a cell without a named column: `_` and its index, with more `_` in front while a column has that name. */
function placeholderName(index: number, taken: ReadonlySet<string>): string {
  let name = `_${index}`
  while (taken.has(name)) name = `_${name}`
  return name
}

/** The first name that occurs twice. Any number of columns may have no name. */
export function duplicateOf(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return names.find((name) => name !== '' && seen.size === seen.add(name).size)
}

const INDEXED = /^_(0|[1-9]\d*)$/

/** Returns the same string, but interned by V8 as a property key, which makes property lookups with it faster. */
const interned = (name: string): string => Object.keys({ [name]: 0 })[0] as string

/** The names passed to csv-parser, chosen so that every cell of a row has a unique one, and how to restore the real names. */
export class CsvColumns {
  /** By index. Includes surplus cells only if csv-parser's own name for them would collide with a column. */
  readonly keys: string[]
  readonly count: number
  /** The key of the last column. */
  readonly last: string
  /** The key of the first surplus cell. */
  readonly surplus: string
  /** The substitute key of a column named `__proto__`, which on a plain object would set the prototype. */
  readonly proto: string | undefined

  /** No row has more than `maxCells` cells. */
  constructor(names: readonly string[], maxCells: number) {
    const taken = new Set(names)
    const keys = names.map((name, index) => (name === '' ? placeholderName(index, taken) : name))
    for (const name of names) {
      const index = Number(INDEXED.exec(name)?.[1])
      if (index >= names.length && index <= maxCells) keys[index] = placeholderName(index, taken)
    }
    if (taken.has('__proto__')) {
      let proto = '\0__proto__'
      while (taken.has(proto)) proto = `\0${proto}`
      keys[names.indexOf('__proto__')] = proto
      this.proto = proto
    }
    this.keys = keys
    this.count = names.length
    this.last = interned(keys[names.length - 1] ?? '')
    this.surplus = interned(keys[names.length] ?? `_${names.length}`)
  }

  /** The real column names, in their order. */
  get names(): string[] {
    return this.keys.map((key) => (key === this.proto ? '__proto__' : key))
  }

  /** The row with the real column names. */
  named(row: Record<string, string>): Record<string, string> {
    if (this.proto === undefined) return row
    const named: Record<string, string> = {}
    for (const [key, value] of Object.entries(row)) {
      const name = key === this.proto ? '__proto__' : key
      Object.defineProperty(named, name, { value, writable: true, enumerable: true, configurable: true })
    }
    return named
  }
}
