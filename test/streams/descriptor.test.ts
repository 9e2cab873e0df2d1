import { closeSync, existsSync, openSync, readFileSync, symlinkSync, writeSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { fileSink } from '../../lib/index.ts'
import { folder } from '../instruments/files.ts'

const skip = !existsSync('/dev/fd') && 'there is no /dev/fd'

t.test(
  'fileSink: writing to a descriptor starts at its current position, whatever it refers to',
  { skip },
  async (t) => {
    const { dir } = folder(t)
    const path = join(dir, 'a')
    const fd = openSync(path, 'w')
    const link = join(dir, 'link')
    symlinkSync(`/dev/fd/${fd}`, link)
    writeSync(fd, '1')
    await pipeline(Readable.from(['2']), fileSink(`/dev/fd/${fd}`))
    await pipeline(Readable.from(['3']), fileSink(link))
    if (existsSync('/proc/self/fd')) {
      await pipeline(Readable.from(['4']), fileSink(`/proc/self/fd/${fd}`))
      await pipeline(Readable.from(['5']), fileSink(`/proc/thread-self/fd/${fd}`))
    } else writeSync(fd, '45')
    writeSync(fd, '6')
    closeSync(fd)
    t.equal(readFileSync(path, 'utf8'), '123456')
    await t.rejects(pipeline(Readable.from(['x']), fileSink(`/dev/fd/${fd}`)), {
      code: 'EBADF',
      path: `/dev/fd/${fd}`,
    })
  },
)

t.test('fileSink: waits for the descriptor of a socket whose buffer is full', { skip }, async (t) => {
  const bytes = Buffer.alloc(2 ** 24, 'abcdefg')
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [[connection]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [
    [Socket],
    unknown,
  ]
  t.teardown(() => {
    client.destroy()
    connection.destroy()
    server.close()
  })
  const { fd } = (client as unknown as { readonly _handle: { readonly fd: number } })._handle
  const written = pipeline(Readable.from([bytes]), fileSink(`/dev/fd/${fd}`)).then(() => client.end())
  await setTimeout(50)
  const received = Buffer.concat((await connection.toArray()) as Buffer[])
  await written
  t.ok(received.equals(bytes), `${received.length} bytes`)
})
