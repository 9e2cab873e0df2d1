/** Fan-ins over partitions, each a stream or a subject of one stream. */
import type { JsMsg } from '@nats-io/jetstream'
import t from 'tap'
import { chain, merge, mergeBoundedLateness, mergeReady, roundRobin } from '../../lib/index.ts'
import { fromJetStream } from '../../lib/nats.ts'
import { startJetStream, texts } from '../instruments/nats.ts'

const { skip, nc, jsm, stream } = await startJetStream(t)

/** Creates a stream with one subject per list of numbers; returns a source for each subject. */
async function partitions(lists: readonly (readonly number[])[], durable?: string) {
  const name = await stream()
  for (const [i, list] of lists.entries())
    for (const item of list) await jsm.jetstream().publish(`${name}.${i}`, `${item}`)
  const sources = lists.map((_, i) =>
    fromJetStream(nc, {
      stream: name,
      filter: `${name}.${i}`,
      durable: durable && `${durable}-${i}`,
      until: 'last-at-start',
    }),
  )
  return { name, sources }
}
const key = (message: JsMsg): number => Number(message.string())

t.test('chain reads the partitions one after the other', { skip }, async (t) => {
  const { sources } = await partitions([[1, 2], [3], [4, 5]])
  t.strictSame(await texts(chain(sources)), ['1', '2', '3', '4', '5'])
})

t.test('roundRobin takes one message from each partition in turn', { skip }, async (t) => {
  const { sources } = await partitions([[1, 2, 3], [4], [5, 6]])
  t.strictSame(await texts(roundRobin(sources)), ['1', '4', '5', '2', '6', '3'])
})

t.test(
  'merge merges partitions by a key, and in the end all messages are acknowledged',
  { skip },
  async (t) => {
    const { name, sources } = await partitions(
      [
        [1, 4, 6],
        [2, 3],
        [5, 7],
      ],
      'merged',
    )
    t.strictSame(await texts(merge(sources, { key })), ['1', '2', '3', '4', '5', '6', '7'])
    const consumers = await jsm.consumers.list(name).next()
    t.strictSame(
      consumers.map(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending),
      [0, 0, 0],
    )
  },
)

t.test('mergeReady takes messages as they arrive', { skip }, async (t) => {
  const { sources } = await partitions([[1, 2], [3]])
  const found = await texts(mergeReady(sources))
  t.strictSame(found.toSorted(), ['1', '2', '3'])
  t.ok(found.indexOf('1') < found.indexOf('2'))
})

t.test('mergeBoundedLateness with idle continues when a partition is silent', { skip }, async (t) => {
  const { name, sources } = await partitions([
    [1, 3],
    [2, 4],
  ])
  const silent = fromJetStream(nc, { stream: name, filter: `${name}.silent` })
  const merged = mergeBoundedLateness([...sources, silent], { time: key, lateness: 1, idle: 20 })
  const found: string[] = []
  for await (const message of merged) {
    found.push(message.string())
    if (found.length === 4) break
  }
  t.strictSame(found, ['1', '2', '3', '4'])
  t.equal(silent.destroyed, true)
})
