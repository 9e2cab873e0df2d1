/** What a cell of no column is called: `_` and its index, and one `_` more as long as a column has that name. */
function standIn(index: number, taken: ReadonlySet<string>): string {
  let name = `_${index}`
  while (taken.has(name)) name = `_${name}`
  return name
}

/** The first name that a column before it has too; without a name, columns may be many. */
export function duplicateOf(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return names.find((name) => name !== '' && seen.size === seen.add(name).size)
}

const INDEXED = /^_(0|[1-9]\d*)$/

/** The same string; that of a key is looked up at once, where another is searched for among all there are. */
const asKey = (name: string): string => Object.keys({ [name]: 0 })[0] as string

/** The names that csv-parser is given, so that every cell of a row has a name of its own, and what they stand for. */
export class CsvColumns {
  /** By index; of the surplus cells only those whose name, by csv-parser's rule, a column has already. */
  readonly keys: string[]
  readonly count: number
  /** What the last column is called. */
  readonly last: string
  /** What the first surplus cell is called. */
  readonly surplus: string
  /** What a column named `__proto__` is called: as a key of an object that would be no cell. */
  readonly proto: string | undefined

  /** `most`: no row has more cells. */
  constructor(names: readonly string[], most: number) {
    const taken = new Set(names)
    const keys = names.map((name, index) => (name === '' ? standIn(index, taken) : name))
    for (const name of names) {
      const index = Number(INDEXED.exec(name)?.[1])
      if (index >= names.length && index <= most) keys[index] = standIn(index, taken)
    }
    if (taken.has('__proto__')) {
      let proto = '\0__proto__'
      while (taken.has(proto)) proto = `\0${proto}`
      keys[names.indexOf('__proto__')] = proto
      this.proto = proto
    }
    this.keys = keys
    this.count = names.length
    this.last = asKey(keys[names.length - 1] ?? '')
    this.surplus = asKey(keys[names.length] ?? `_${names.length}`)
  }

  /** The row with every cell under its column's own name. */
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
