import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import { Minipass } from 'minipass'

const require = createRequire(import.meta.url)
type Options = {
  objectMode?: boolean
  read?: (this: Readable, ...args: never[]) => void
  destroy?: (error: Error | null, done: (error?: Error) => void) => void
}
type Kind = { Readable: new (options: Options) => Readable }
const streamx = require('streamx') as Kind
export const readable2 = require('readable-stream-2') as Kind
export const readable3 = require('readable-stream-3') as Kind
export const through = require('through') as (write?: (this: Readable, item: unknown) => void) => Readable

/** Creates streams of a library other than Node; they are typed as a Node Readable for the tests' convenience. */
export interface ForeignKind {
  readonly name: string
  /** The stream delivers the items one by one, then ends, or fails with the error. */
  readonly make: (items: readonly string[], error?: Error) => Readable
}

const pushing =
  ({ Readable }: Kind) =>
  (items: readonly string[], error?: Error): Readable => {
    const rest = [...items]
    return new Readable({
      objectMode: true,
      read() {
        const item = rest.shift()
        if (item !== undefined) this.push(item)
        else if (error === undefined) this.push(null)
        else this.destroy(error)
      },
    })
  }

export const foreignKinds: readonly ForeignKind[] = [
  {
    name: 'streamx',
    make(items, error) {
      const rest = [...items]
      return new streamx.Readable({
        read(...[done]: ((error: Error | null) => void)[]) {
          const item = rest.shift()
          if (item === undefined && error !== undefined) {
            // streamx discards its buffer when it fails, so the items have to be read first.
            setImmediate(() => done?.(error))
            return
          }
          this.push(item ?? null)
          done?.(null)
        },
      })
    },
  },
  {
    name: 'minipass',
    make(items, error) {
      const stream = new Minipass<string>({ objectMode: true })
      for (const item of items) stream.write(item)
      if (error === undefined) stream.end()
      else
        stream.on(
          'newListener',
          (name) => name === 'data' && setImmediate(() => stream.destroy(error as never)),
        )
      return stream as unknown as Readable
    },
  },
  { name: 'readable-stream 2', make: pushing(readable2) },
  { name: 'readable-stream 3', make: pushing(readable3) },
]
