/**
 * What every Readable that the library returns must satisfy. Each clause builds one over inputs of its own, uses it in
 * one way, and then checks that nothing was lost or leaked. Clauses throw, so they need no test framework.
 */
import assert from 'node:assert/strict'
import { getEventListeners, once } from 'node:events'
import { addAbortSignal, PassThrough, Readable, Writable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { setImmediate, setTimeout } from 'node:timers/promises'

/** A way to build output streams from input streams. */
export interface Subject {
  readonly name: string
  /** The items of each input; where `objectMode` is false, strings stand for chunks of bytes. */
  readonly inputs: readonly (readonly unknown[])[]
  readonly objectMode: boolean
  /** The items of each output, or all its bytes as one string. */
  readonly expected: readonly unknown[] | string
  /** Whether the outputs take a `signal` option. */
  readonly takesSignal: boolean
  /** Whether Node's own `pipeline` reads the inputs. It leaks listeners, so they are not checked then. */
  readonly piped: boolean
  build(inputs: readonly Readable[], options: { signal?: AbortSignal }): readonly Readable[]
}

/** The speeds of inputs and consumers. */
export interface Pace {
  readonly name: string
  readonly source: 'at once' | 'later'
  readonly sink: 'at once' | 'later'
}

export const paces: readonly Pace[] = [
  { name: 'both fast', source: 'at once', sink: 'at once' },
  { name: 'slow inputs', source: 'later', sink: 'at once' },
  { name: 'slow consumers', source: 'at once', sink: 'later' },
]

type Clause = (subject: Subject, pace: Pace) => Promise<void>

/** The clauses by the behaviour that each asserts. */
export const readableContract: Readonly<Record<string, Clause>> = {
  'pipeline resolves, and everything arrives': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      await each(outputs, async (output) => {
        const sink = collector(pace)
        await pipeline(output, sink.writable)
        complete(subject, sink.items)
      })
    }),

  'finished resolves after the end': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      await each(outputs, async (output) => {
        const items: unknown[] = []
        output.on('data', (item) => items.push(item))
        await finished(output)
        complete(subject, items)
      })
    }),

  'pausing and resuming at every item loses nothing': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      await each(outputs, async (output) => {
        const items: unknown[] = []
        output.on('data', (item) => {
          items.push(item)
          output.pause()
          void setImmediate().then(() => output.resume())
        })
        await once(output, 'end')
        complete(subject, items)
      })
    }),

  'compose connects it to another stream': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      await each(outputs, async (output) => {
        const { objectMode } = subject
        complete(subject, await output.compose(new PassThrough({ objectMode })).toArray())
      })
    }),

  'for await to the end yields everything': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      await each(outputs, async (output) => {
        const items: unknown[] = []
        for await (const item of output) {
          items.push(item)
          if (pace.sink === 'later') await setImmediate()
        }
        complete(subject, items)
      })
    }),

  'a break out of for await closes it': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      await each(outputs, async (output) => {
        for await (const item of output) {
          assert.notEqual(item, undefined)
          break
        }
        assert.ok(output.destroyed)
      })
    }),

  'destroy before any read closes it without an error': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      for (const output of outputs) output.on('error', assert.fail).destroy()
    }),

  'destroy after an item closes it without an error': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      await each(outputs, async (output) => {
        output.on('error', assert.fail)
        output.once('data', () => output.destroy())
        await once(output, 'close')
      })
    }),

  'destroy(error) emits that very error, once': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      await each(outputs, async (output) => {
        const error = new Error('enough')
        const errors: unknown[] = []
        output.on('error', (met) => errors.push(met))
        output.once('data', () => output.destroy(error))
        await new Promise((resolve) => output.once('close', resolve))
        assert.deepEqual(errors, [error])
        assert.equal(errors[0], error)
      })
    }),

  'an abort through pipeline fails with an AbortError': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      const controller = new AbortController()
      const sinks = outputs.map((output) =>
        pipeline(output, collector(pace, () => controller.abort()).writable, { signal: controller.signal }),
      )
      for (const sink of sinks) await assert.rejects(sink, { name: 'AbortError' })
    }),

  'an abort through addAbortSignal fails with an AbortError': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      const controller = new AbortController()
      for (const output of outputs) addAbortSignal(controller.signal, output)
      const ends = outputs.map((output) => finished(output))
      await setImmediate()
      controller.abort()
      for (const end of ends) await assert.rejects(end, { name: 'AbortError' })
    }),

  'its own signal may abort it before, during and after reading': async (subject, pace) => {
    if (!subject.takesSignal) return
    const before = AbortSignal.abort('before')
    await watch(subject, pace, { signal: before }, async (outputs) => {
      for (const output of outputs)
        await assert.rejects(output.toArray(), { name: 'AbortError', cause: 'before' })
    })
    const during = new AbortController()
    await watch(subject, pace, { signal: during.signal }, async (outputs) => {
      const sinks = outputs.map((output) =>
        pipeline(output, collector(pace, () => during.abort('during')).writable),
      )
      for (const sink of sinks) await assert.rejects(sink, { name: 'AbortError', cause: 'during' })
    })
    const after = new AbortController()
    await watch(subject, pace, { signal: after.signal }, async (outputs) => {
      await each(outputs, async (output) => complete(subject, await output.toArray()))
      after.abort()
    })
  },

  'an error from an input arrives unchanged': (subject, pace) =>
    watch(subject, pace, {}, async (outputs, inputs) => {
      const error = new Error('broken')
      const failing = inputs.at(-1) as Readable
      const sinks = outputs.map((output) =>
        pipeline(output, collector(pace, () => failing.destroy(error)).writable),
      )
      for (const sink of sinks) await assert.rejects(sink, error)
    }),

  'an input that closes prematurely causes an error, not a hang': (subject, pace) =>
    watch(subject, pace, {}, async (outputs, inputs) => {
      const failing = inputs.at(-1) as Readable
      const sinks = outputs.map((output) =>
        pipeline(output, collector(pace, () => failing.destroy()).writable),
      )
      for (const sink of sinks) await assert.rejects(sink, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
    }),

  'an error in a consumer closes it': (subject, pace) =>
    watch(subject, pace, {}, async (outputs) => {
      const error = new Error('full')
      const sinks = outputs.map((output) =>
        pipeline(
          output,
          collector(pace, () => {
            throw error
          }).writable,
        ),
      )
      for (const sink of sinks) await assert.rejects(sink, error)
    }),
}

/** Builds the outputs, uses them, and then checks for leaks. */
async function watch(
  subject: Subject,
  pace: Pace,
  options: { signal?: AbortSignal },
  use: (outputs: readonly Readable[], inputs: readonly Readable[]) => Promise<void>,
): Promise<void> {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note).on('uncaughtException', note)
  const timers = timersNow()
  try {
    const inputs = subject.inputs.map((items) => paced(items, subject.objectMode, pace))
    const listeners = inputs.map(listenersOf)
    const outputs = subject.build(inputs, options)
    const closed = outputs.map((output) => {
      const seen = { times: 0 }
      output.on('close', () => seen.times++)
      return seen
    })
    await use(outputs, inputs)
    const gone = (): boolean =>
      closed.every(({ times }) => times > 0) && inputs.every((input) => input.closed)
    for (let waited = 0; !gone() && waited < 2000; waited += 2) await setTimeout(2)
    await setImmediate()
    assert.deepEqual(
      closed.map(({ times }) => times),
      closed.map(() => 1),
      "every output emits 'close' once",
    )
    assert.ok(
      inputs.every((input) => input.closed),
      'every input is closed',
    )
    if (!subject.piped) assert.deepEqual(inputs.map(listenersOf), listeners, 'no listener is leaked')
    assert.deepEqual(unhandled, [], 'no rejection is unhandled')
    assert.ok(timersNow() <= timers, 'no timer is leaked')
    if (options.signal !== undefined)
      assert.deepEqual(getEventListeners(options.signal, 'abort'), [], 'no listener is left on the signal')
  } finally {
    process.off('unhandledRejection', note).off('uncaughtException', note)
  }
}

const each = async <T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> => {
  await Promise.all(all.map(run))
}

const timersNow = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length

const listenersOf = (stream: Readable): Record<string, number> =>
  Object.fromEntries(stream.eventNames().map((name) => [String(name), stream.listenerCount(name)]))

/**
 * A Readable that pushes one item per read, now or later. Its buffer is short: Node's own pipeline waits forever for a
 * stream that is destroyed after it has read its end but before it has delivered everything.
 */
function paced(items: readonly unknown[], objectMode: boolean, pace: Pace): Readable {
  const rest = items.values()
  return new Readable({
    objectMode,
    highWaterMark: 8,
    read() {
      const give = (): void => {
        const { done, value } = rest.next()
        this.push(done === true ? null : value)
      }
      if (pace.source === 'at once') give()
      else void setImmediate().then(give)
    },
  })
}

/** A Writable that collects what is written to it. */
function collector(pace: Pace, onFirst?: () => void): { items: unknown[]; writable: Writable } {
  const items: unknown[] = []
  const writable = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(item, _, done) {
      items.push(item)
      try {
        if (items.length === 1) onFirst?.()
      } catch (error) {
        done(error as Error)
        return
      }
      if (pace.sink === 'at once') done()
      else void setImmediate().then(() => done())
    },
  })
  return { items, writable }
}

function complete(subject: Subject, items: readonly unknown[]): void {
  if (subject.objectMode) assert.deepEqual(items, subject.expected)
  else assert.equal(Buffer.concat(items as Buffer[]).toString(), subject.expected)
}
