import t from 'tap'
import { csvHeader } from '../../lib/sources/csv-header.ts'

const headerOf = (...chunks: string[]) => csvHeader(chunks.map((chunk) => Buffer.from(chunk)))

t.test('csvHeader: returns the names in order, including numbers and __proto__', async (t) => {
  t.same(await headerOf('b;2;', '1;__proto__\nx;y;z;w\n'), ['b', '2', '1', '__proto__'])
  t.same(await headerOf('\n\na\n'), ['a'])
})

t.test('csvHeader: a header alone needs no line end, and an empty file has no columns', async (t) => {
  t.same(await headerOf('a,b'), ['a', 'b'])
  t.same(await headerOf(), [])
})

t.test('csvHeader: reads no further than necessary', async (t) => {
  let read = 0
  const chunks = function* () {
    for (const chunk of ['a,b\n', '1,2\n', '3,4\n']) {
      read++
      yield Buffer.from(chunk)
    }
  }
  t.same(await csvHeader(chunks()), ['a', 'b'])
  t.ok(read < 3, `${read} chunks`)
})

t.test('csvHeader: fails for a header that csvSource rejects', async (t) => {
  await t.rejects(headerOf('a,a\n1,2\n'), { code: 'ERR_FANPIPE_FORMAT' })
  await t.rejects(headerOf('a;b,c'), { code: 'ERR_FANPIPE_FORMAT' })
})
