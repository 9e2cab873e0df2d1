/** A value as an error message shows it: one short line. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}…` : JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString()
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) {
    if (value instanceof Error) return String(value)
    return typeof (value as { then?: unknown }).then === 'function' ? 'a promise' : 'an object'
  }
  return String(value)
}

/** An item as an error message shows it: its JSON or text, cut to 80 characters. */
export function showItem(item: unknown): string {
  const text = typeof item === 'object' && item !== null && !(item instanceof Error) ? json(item) : undefined
  if (text === undefined && typeof item !== 'string') return show(item)
  const [whole, cut] = [text ?? (item as string), (text ?? (item as string)).slice(0, 80)]
  return `${text === undefined ? JSON.stringify(cut) : cut}${cut.length < whole.length ? '…' : ''}`
}

/** Undefined if the value has no JSON, for example because it refers to itself. */
function json(value: object): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}
