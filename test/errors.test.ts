import t from 'tap'
import * as streams from '../lib/index.ts'
import { Place } from '../lib/kernel/place.ts'
import { PipelineAbortError } from '../lib/errors.ts'
import { drained } from './instruments/drain.ts'

const place = Place.root().input(2, 'a.log', 1, 'anything', undefined)

/** One error of each class, with its code and data fields. */
const errors: readonly [streams.FanpipeError, string, object][] = [
  [
    new streams.ArgumentError('maxlen', 'a positive integer', '0'),
    'ERR_FANPIPE_ARGUMENT',
    { argument: 'maxlen', expected: 'a positive integer' },
  ],
  [new streams.CardinalityError(3, 1, 0), 'ERR_FANPIPE_CARDINALITY', { index: 3, shorter: 1, longer: 0 }],
  [new streams.OverflowError(1, 2, 3), 'ERR_FANPIPE_OVERFLOW', { branch: 1, lag: 2, maxlen: 3 }],
  [new streams.StallError(1, 2, 3, 50, 'branch'), 'ERR_FANPIPE_STALL', { branch: 1, lag: 2, needed: 4 }],
  [
    new streams.OrderError(place, 5, 2, 1, 'sort it'),
    'ERR_FANPIPE_ORDER',
    { source: 2, index: 5, previousKey: 2, key: 1 },
  ],
  [new streams.KeyError(place, 5, NaN, 'no key'), 'ERR_FANPIPE_KEY', { source: 2, index: 5, key: NaN }],
  [new streams.NullItemError(place, 5), 'ERR_FANPIPE_NULL', { source: 2, index: 5 }],
  [new streams.CloseError(['stuck'], []), 'ERR_FANPIPE_CLOSE', { faults: ['stuck'], unclosed: [] }],
  [new streams.LateError(place, 5, 8, 3), 'ERR_FANPIPE_LATE', { source: 2, index: 5, lateness: 8 }],
  [
    new streams.SourceError(place.path(), 'text'),
    'ERR_FANPIPE_SOURCE',
    { source: 2, label: 'a.log', cause: 'text' },
  ],
  [new streams.LimitError(place, 5, 9, 'line 6'), 'ERR_FANPIPE_LIMIT', { source: 2, limit: 9, index: 5 }],
  [
    new streams.FormatError(place, 5, 'line 6', { line: 6, column: 7 }),
    'ERR_FANPIPE_FORMAT',
    { source: 2, label: 'a.log', index: 5, line: 6, column: 7 },
  ],
]

t.test('errors: each has its name, code and fields, even if a minifier renames its class', async (t) => {
  const classes = Object.entries(streams).filter(
    ([name]) => name.endsWith('Error') && name !== 'FanpipeError',
  )
  t.strictSame(classes.map(([name]) => name).sort(), errors.map(([error]) => error.name).sort())
  for (const [error, code, fields] of errors) {
    const { name } = error
    t.type(error, streams.FanpipeError)
    t.type(error, Error)
    t.type(error, (streams as unknown as Record<string, new () => Error>)[name] as new () => Error)
    t.equal(error.code, code)
    t.match(error, fields)
    t.ok(error.stack?.startsWith(`${name}: ${error.message}`))
    const declared = Object.getOwnPropertyDescriptor(error.constructor, 'name') as PropertyDescriptor
    Object.defineProperty(error.constructor, 'name', { ...declared, value: 'e' })
    t.equal(error.name, name)
    t.equal(`${error}`.startsWith(`${name}: `), true)
    Object.defineProperty(error.constructor, 'name', declared)
  }
})

t.test('errors: the messages of errors about an item contain input, label and item', async (t) => {
  for (const [error] of errors)
    if ('index' in error && 'source' in error)
      t.match(error.message, /^input 2 \(a\.log\)(, | is not sorted: )(item 5|line 6)/)
})

t.test('errors: a long key is truncated in the message, but complete in the field', async (t) => {
  const [fits, long] = ['b'.repeat(60), 'a'.repeat(61)]
  const { error } = await drained(streams.merge([[fits, long]], { key: (text: string) => text }))
  t.match(error, { code: 'ERR_FANPIPE_ORDER', previousKey: fits, key: long })
  const shown = `has the key "${'a'.repeat(60)}"… after "${fits}"; `
  t.ok((error as Error).message.includes(shown), (error as Error).message)
})

t.test('errors: a NullItemError names the input that yielded null, also before a Duplex', async (t) => {
  const { error } = await drained(streams.chain([[0], [1, null]], { labels: ['x', 'y'] }))
  t.match(error, { code: 'ERR_FANPIPE_NULL', source: 1, index: 1, message: /^input 1 \(y\), item 1 is null/ })
  t.strictSame(streams.sourceOf(error), [{ index: 1, label: 'y' }])
})

t.test('errors: the error of an aborted pipeline takes on the error that Node adds to it', async (t) => {
  const aborted = new PipelineAbortError('enough')
  t.match(aborted, { name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' })
  const cause = new Error('disk')
  const full = Object.assign(new RangeError('full', { cause }), { code: 'ENOSPC' })
  aborted.errors.push(full)
  t.match(aborted, { name: 'RangeError', code: 'ENOSPC' })
  t.equal(aborted.cause, cause)
})
