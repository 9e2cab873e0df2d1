import assert from 'node:assert/strict'

/** What failed has these fields. Throws, so that a property may use it. */
export function assertFields(found: unknown, fields: Readonly<Record<string, unknown>>): void {
  assert.ok(found instanceof Error, `expected an error, got ${String(found)}`)
  for (const [name, value] of Object.entries(fields))
    assert.deepEqual(
      (found as unknown as Record<string, unknown>)[name],
      value,
      `${name} of ${found.message}`,
    )
}
