import assert from 'node:assert/strict'

/** Asserts that this is an error with these fields. Throws if not, so that fast-check properties can use it. */
export function assertFields(found: unknown, fields: Readonly<Record<string, unknown>>): void {
  assert.ok(found instanceof Error, `expected an error, got ${String(found)}`)
  for (const [name, value] of Object.entries(fields))
    assert.deepEqual(
      (found as unknown as Record<string, unknown>)[name],
      value,
      `${name} of ${found.message}`,
    )
}
