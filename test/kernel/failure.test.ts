import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import * as async from '../../lib/async.ts'
import { faces, type Face } from '../instruments/faces.ts'
import { failing } from '../instruments/sources.ts'
import { closeWarning } from '../instruments/warnings.ts'

/** Outputs that already hold the error of `source` when their consumer has received one item. */
const holders: Readonly<Record<string, (face: Face, source: Iterable<number>) => Iterable<unknown>>> = {
  'a mergeBoundedLateness': ({ api }, source) =>
    api.mergeBoundedLateness([source, [1, 2, 3]], { lateness: 1 }),
  'an input that reads ahead': ({ api }, source) => api.chain([source, [2]], { readAhead: 3 }),
  multiline: ({ api }, source) => api.multiline({ start: /^/ })(api.map(String)(source)),
  'a concurrent map': ({ api }, source) => api.map((item: number) => item, { concurrency: 3 })(source),
}

for (const face of faces)
  for (const [name, hold] of Object.entries(holders)) {
    if (face.name === 'iter' && name !== 'a mergeBoundedLateness') continue
    t.test(
      `${name} (${face.name}) that is closed early reports the delayed errors it holds in a warning`,
      async (t) => {
        const warning = closeWarning()
        const delayed = face.api.chain([failing([], new Error('a')), failing([], new Error('b')), [1]], {
          errors: 'delay',
        })
        const iterator = face.iterate(face.api.fence(1)(hold(face, delayed)))
        t.equal(Number((await iterator.next()).value), 1)
        await setTimeout(1)
        await iterator.return?.()
        t.match(await warning, { message: 'delayed error: a; delayed error: b' })
      },
    )
  }

t.test('a zip that is closed while it holds delayed errors reports them in a warning', async (t) => {
  const warning = closeWarning()
  const delayed = async.chain([failing([], new Error('a'))], { errors: 'delay' })
  const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) }
  const iterator = async.zip([never, delayed])[Symbol.asyncIterator]()
  void iterator.next()
  await iterator.return?.()
  t.match(await warning, { message: 'delayed error: a' })
})
