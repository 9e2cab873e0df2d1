import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { isoTime, lineSource, merge, type LineOptions, type MergeOptions } from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'
import { folder } from '../instruments/files.ts'

const { fileOf } = folder(t)

const two = (number: number): string => String(number).padStart(2, '0')

/** The parts of times that are read from bytes; each later minute differs from the first in one of the four words compared. */
const plain = fc.tuple(
  fc.constant(''),
  fc.constantFrom(
    '2026-01-01T00:00',
    '2026-01-01T00:01',
    '2026-01-01T10:00',
    '2026-02-01T00:00',
    '2027-01-01T00:00',
  ),
  fc.nat(59).map((second) => `:${two(second)}`),
  fc.oneof(
    fc.nat(999).map((number) => `.${number}`),
    fc.constantFrom('', ',5', '.123456789012'),
  ),
  fc.constant('Z x'),
)

/** What each part may be instead: another form, or no time. */
const others = [
  ['[', ' ', 'é'],
  ['2026/01/01 00:00', '2026-02-30T00:00', '2026-01-01T24:00', '2026-01-01T00:60'],
  [':60', ':61', ':5', ':1x', ':/0', ':0/', '.00', '000'],
  ['.', '.25é', '.1234567890123', '.12345678901234567890'],
  ['Z', 'Z\t', 'Zé', 'Zx', 'z ', ' Z ', ' ', '+01:00 ', '-0230 ', '', '5 \uFFFD'],
] as const

const time = fc
  .tuple(plain, fc.nat(2 * others.length), fc.nat())
  .map(([parts, changed, which]) =>
    parts.map((part, i) => (i === changed ? others[i]?.[which % others[i].length] : part)).join(''),
  )

/** A time in which one character is another. */
const altered = fc
  .tuple(time, fc.nat(), fc.constantFrom('0', '9', ':', '-', '/', 'x', 'é', '\r'))
  .map(([text, place, character]) => {
    const at = place % text.length
    return text.slice(0, at) + character + text.slice(at + 1)
  })

/** Many lines, so that a file has several of the pieces in which it is decoded. */
const lines = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: time }, altered, fc.constantFrom('', 'x', 'xyz')), {
      minLength: 1,
    }),
    fc.constantFrom(1, 1, 1, 1500),
  )
  .map(([texts, times]) => Array.from({ length: times }, () => texts).flat())

/** Keys are read from bytes only where each byte is one character, so most files are ASCII. */
const file = fc
  .record({
    lines,
    mark: fc.constantFrom('', '', '\uFEFF'),
    end: fc.constantFrom('\n', '\r\n'),
    last: fc.constantFrom('', '\n'),
    isAscii: fc.constantFrom(true, true, false),
  })
  .map(({ lines, mark, end, last, isAscii }) => {
    const text = lines.join(end) + last
    return mark + (isAscii ? text.replace(/[^\0-\x7F]/g, 'x') : text)
  })

const options = fc.record<MergeOptions<string>>({
  key: fc
    .constantFrom(undefined, 1, 4)
    .chain((at) => fc.constantFrom('UTC', 'Europe/Berlin').map((zone) => isoTime({ at, zone }))),
  order: fc.constant('trust'),
  keyless: fc.constantFrom('follow', 'follow', 'fail'),
  reverse: fc.boolean(),
})
const reading = fc.constantFrom<LineOptions>({}, { encoding: 'binary', keepCr: true }, { invalid: 'fail' })

t.test('a merge of files by time equals a merge of the same lines from memory', async (t) => {
  const property = fc.asyncProperty(
    fc.array(file, { maxLength: 3 }),
    options,
    reading,
    async (texts, options, reading) => {
      const paths = texts.map((text, i) => fileOf(`${i}.log`, text))
      const ofFiles = () => paths.map((path) => lineSource(path, reading))
      const inMemory = await Promise.all(ofFiles().map((source) => all(source)))
      const outcomeOf = async (inputs: readonly (AsyncIterable<string> | readonly string[])[]) => {
        const { items, error } = await drained(merge(inputs, options))
        const { code, index, key } = (error ?? {}) as { code?: unknown; index?: unknown; key?: unknown }
        return { items, code, index, key }
      }
      assert.deepEqual(await outcomeOf(ofFiles()), await outcomeOf(inMemory))
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 200 }))
})

t.test('a time with any fraction is equal to the same time from memory', async (t) => {
  const short = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 })
  const digits = fc.oneof({ weight: 9, arbitrary: short }, fc.constant('9'.repeat(308)))
  // Near 1970 a double has digits enough for every order of additions to make a difference.
  const minute = fc.constantFrom('2026-01-01T00:00', '1970-01-01T00:01')
  const property = fc.asyncProperty(minute, digits, async (minute, digits) => {
    const time = `${minute}:53.${digits}Z`
    const inFile = () => lineSource(fileOf('one.log', `${time} in a file\n`))
    const inMemory = [`${time} in memory`]
    const key = isoTime()
    assert.deepEqual(await all(merge([inFile(), inMemory], { key })), [`${time} in a file`, ...inMemory])
    assert.deepEqual(await all(merge([inMemory, inFile()], { key })), [...inMemory, `${time} in a file`])
  })
  await t.resolves(fc.assert(property))
})
