import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { compose, extensions, fence, grep, ngrams, tokenize } from '../../lib/iter.ts'

t.test('grep: a pattern with the flag g or y has the same result every time', async (t) => {
  const lines = ['aab', 'ba', 'aa', 'c', 'aa']
  const property = fc.property(
    fc.constantFrom('', 'g', 'i', 'gi'),
    fc.array(fc.constantFrom(...lines)),
    (flags, lines) => {
      const stage = grep(new RegExp('aa', flags))
      assert.deepEqual(
        [...stage(lines)],
        lines.filter((line) => line.includes('aa')),
      )
    },
  )
  t.doesNotThrow(() => fc.assert(property))
  t.strictSame([...grep(/a/y)(lines)], ['aab', 'aa', 'aa'], 'y matches at the start only')
  const mine = /a/g
  mine.lastIndex = 7
  t.strictSame([...grep(mine)(['a', 'a'])], ['a', 'a'])
  t.equal(mine.lastIndex, 7, 'the given pattern is not modified')
})

t.test('grep: matches the item, or the text that the option `text` returns', async (t) => {
  t.strictSame([...grep('a.')(['ab', 'a.b'])], ['a.b'], 'a string is not a pattern')
  const items = [{ line: 'x' }, { line: 'y' }]
  t.strictSame([...grep<{ line: string }>(/y/, { text: ({ line }) => line })(items)], [{ line: 'y' }])
  t.throws(() => [...grep(/y/)(['x', 8 as never])], {
    code: 'ERR_FANPIPE_FORMAT',
    index: 1,
    message: 'the source, item 1: 8 is not a string',
  })
})

t.test('tokenize: splits words of any script, independently of the locale', async (t) => {
  const words = (text: string, locale?: string): string[] => [...tokenize({ locale })([text])].flat()
  t.strictSame(words('Наука, ölçü — 3.14 and e-mail'), ['Наука', 'ölçü', '3.14', 'and', 'e', 'mail'])
  t.ok(words('今天天气很好').length > 1, 'no spaces needed')
  t.strictSame(words('   …   '), [])
  t.throws(() => [...tokenize()([['no', 'text'] as never])], { code: 'ERR_FANPIPE_FORMAT', index: 0 })
})

t.test('F1: ngrams is lazy within a list, and a fence before it limits its input', async (t) => {
  let asked = 0
  function* tokens() {
    for (;;) yield `${asked++}`
  }
  t.strictSame([...compose(ngrams(2), fence(3))([tokens()])], ['0 1', '1 2', '2 3'])
  t.equal(asked, 4)
  t.throws(() => [...ngrams(2)(['a text' as never])], {
    code: 'ERR_FANPIPE_FORMAT',
    message: 'the source, item 0: "a text" is not a list of tokens; tokenize() makes one from a text',
  })
})

t.test('extensions: matches exactly, and a name must be more than its extension', async (t) => {
  const paths = ['a.log', 'a.LOG', 'b.log/c', 'd/.log', '.log', 'e.log.gz', 'log']
  t.strictSame([...extensions(['.log', '.gz'])(paths)], ['a.log', 'e.log.gz'])
  t.strictSame([...extensions([])(paths)], [])
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  bad('pattern', () => grep(1 as never))
  bad('text', () => grep('a', { text: 'line' as never }))
  bad('wanted', () => extensions(['log']))
  bad('wanted', () => extensions('.log' as never))
  bad('locale', () => tokenize({ locale: 'no such tag!' }))
  bad('n', () => ngrams(0))
})
