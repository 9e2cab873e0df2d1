import t from 'tap'
import { isoTime } from '../../../lib/iter.ts'
import { collect, faces } from '../../instruments/faces.ts'

for (const face of faces) {
  const { merge, sourceOf } = face.api
  const negated = (n: number): number => -n
  const same = (n: number): number => n

  t.test(`merge (${face.name}): each input may have its own key function`, async (t) => {
    const rows = face.source([{ at: 1 }, { at: 4 }])
    const texts = face.source(['2', '3'])
    const merged = merge([rows, texts], {
      key: [({ at }: { at: number }) => at, (text: string) => Number(text)],
    })
    t.strictSame(await collect(merged), [{ at: 1 }, '2', '3', { at: 4 }])
    t.strictSame(await collect(merge([[1, 2], [2]], { key: [(n) => `${n}`, (n) => `${n}`] })), [1, 2, 2])
  })

  t.test(`merge (${face.name}): too many or too few key functions are refused at the call`, async (t) => {
    for (const key of [[], [same], [same, same, same]])
      t.throws(() => merge([[1], [2]], { key: key as never }), {
        code: 'ERR_FANPIPE_ARGUMENT',
        argument: 'key',
        message: `key must be an array with a function for each of the 2 inputs, not an array of ${key.length}`,
      })
  })

  t.test(
    `merge (${face.name}): with a lazy list the number of key functions is checked once all inputs are open`,
    async (t) => {
      const opened = face.recorded([1])
      function* inputs(): Generator<Iterable<number>> {
        yield opened.input
        yield [2]
      }
      t.strictSame(await collect(merge(inputs(), { key: [negated, same] })), [1, 2])
      for (const key of [[same], [same, same, same]]) {
        const before = { ...opened.record }
        await t.rejects(collect(merge(inputs(), { key })), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'key' })
        t.equal(opened.record.closed - before.closed, opened.record.opened - before.opened)
      }
    },
  )

  t.test(`merge (${face.name}): a nested merge keeps the key functions of its inputs`, async (t) => {
    const options = { key: [same, negated] as [typeof same, typeof same] }
    const inner = merge([[1, 5], [-2]], options)
    t.strictSame(await collect(merge([inner, [-3]], { key: [Math.abs, Math.abs] })), [1, -2, -3, 5])
    const keys = { key: same }
    t.strictSame(await collect(merge([merge([[1], [3]], keys), [-2]], { key: [same, negated] })), [1, -2, 3])
  })

  t.test(`merge (${face.name}): the error of a key function names its input`, async (t) => {
    const error = new Error('no key')
    const broken = (): number => {
      throw error
    }
    await t.rejects(collect(merge([[1], [2]], { key: [same, broken] })), error)
    t.strictSame(sourceOf(error), [{ index: 1, label: undefined }])
    const lines = ['2026-10-25 03:00:00', '2026-10-25 02:30:00']
    const inZone = isoTime({ zone: 'Europe/Berlin' })
    await t.rejects(collect(merge([['2026-01-01 00:00:00'], lines], { key: [isoTime(), inZone] })), {
      code: 'ERR_FANPIPE_ORDER',
      message: /Europe\/Berlin/,
    })
  })
}
