import { randomBytes } from 'node:crypto'
import t from 'tap'
import { GzippedOutput } from '../../lib/streams/gzipped-output.ts'

t.test('a file that cannot be written fails the write in progress, and every later one', async (t) => {
  const fault = new Error('full')
  const fail = async (): Promise<never> => {
    throw fault
  }
  const discarded: string[] = []
  const output = new GzippedOutput({
    write: fail,
    commit: fail,
    discard: async () => void discarded.push('file'),
  })
  // More than gzip buffers, so that the write cannot complete before the file has failed.
  await t.rejects(output.write(randomBytes(2 ** 20)), fault)
  await t.rejects(output.write(Buffer.from('x')), fault)
  await t.rejects(
    output.commit(() => false),
    fault,
  )
  await output.discard()
  t.strictSame(discarded, ['file'])
})

t.test('a file that fails before anything has been written to it', async (t) => {
  const fault = new Error('full')
  const output = new GzippedOutput({
    write: () => Promise.reject(fault),
    commit: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  })
  await t.rejects(
    output.commit(() => false),
    fault,
  )
})
