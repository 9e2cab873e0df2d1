import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import {
  fence,
  merge,
  pageSource,
  roundRobin,
  sourceOf,
  type Page,
  type PageOptions,
} from '../../lib/index.ts'
import { all, drained } from '../instruments/drain.ts'

/** Pages by number, and a log of the fetched ones. */
function book<T>(pages: readonly (readonly T[])[]) {
  const fetched: number[] = []
  const fetchPage = async (cursor = 0): Promise<Page<T, number>> => {
    fetched.push(cursor)
    await setImmediate()
    return { items: pages[cursor] as readonly T[], next: cursor + 1 < pages.length ? cursor + 1 : null }
  }
  return { fetched, fetchPage }
}

const backoff = () => 0

t.test('E1: yields the items of all pages in each run, whatever fails in between', async (t) => {
  const pages = fc.array(fc.array(fc.nat()), { minLength: 1, maxLength: 6 })
  const property = fc.asyncProperty(pages, fc.func(fc.boolean()), async (pages, fails) => {
    const { fetchPage } = book(pages)
    const tries = new Map<number, number>()
    const flaky = async (cursor = 0): Promise<Page<number, number>> => {
      const attempt = (tries.get(cursor) ?? 0) + 1
      tries.set(cursor, attempt)
      if (attempt < 3 && fails(cursor, attempt)) throw new Error('not now')
      return fetchPage(cursor)
    }
    const source = pageSource(flaky, { backoff })
    assert.deepEqual(await all(source), pages.flat())
    tries.clear()
    assert.deepEqual(await all(source), pages.flat())
  })
  await t.resolves(fc.assert(property, { numRuns: 50 }))
})

t.test('L1: no page is fetched before one of its items is requested', async (t) => {
  const { fetched, fetchPage } = book([[1, 2], [], [3], [4]])
  const source = pageSource(fetchPage)
  t.strictSame(fetched, [])
  t.strictSame(await all(fence<number>(2)(source)), [1, 2])
  t.strictSame(fetched, [0])
  t.strictSame(await all(fence<number>(3)(source)), [1, 2, 3])
  t.strictSame(fetched, [0, 0, 1, 2])
})

t.test(
  'a page is tried `attempts` times, with `backoff` in between, and then fails with the unchanged error',
  async (t) => {
    const boom = new Error('boom')
    const waits: unknown[] = []
    let tries = 0
    const failing = pageSource(
      () => {
        tries++
        throw boom
      },
      { attempts: 4, backoff: (failures, error) => (waits.push([failures, error]), Promise.resolve()) },
    )
    const { error } = await drained(merge([[], failing], { labels: ['a', 'api'] }))
    t.equal(error, boom)
    t.strictSame(sourceOf(error), [{ index: 1, label: 'api' }])
    t.equal(tries, 4)
    t.strictSame(
      waits,
      [1, 2, 3].map((failures) => [failures, boom]),
    )
    const began = Date.now()
    await t.rejects(all(pageSource(() => Promise.reject(boom), { attempts: 2 })), boom)
    t.ok(Date.now() - began >= 95, 'by default the first backoff is a tenth of a second')
  },
)

t.test('a repeated cursor is an error, and so are too many pages, after the earlier items', async (t) => {
  const circle = pageSource(async (cursor = 'a') => ({ items: [cursor], next: cursor === 'a' ? 'b' : 'a' }))
  const { items, error } = await drained(circle)
  t.strictSame(items, ['a', 'b', 'a'])
  t.match(error, {
    code: 'ERR_FANPIPE_FORMAT',
    index: 2,
    message: 'the source, page 2: the cursor "b" came up before, so the pages would never end',
  })
  const endless = roundRobin([
    pageSource<number, number>(async (cursor = 0) => ({ items: [cursor], next: cursor + 1 }), {
      maxPages: 3,
    }),
  ])
  const capped = await drained(endless)
  t.strictSame(capped.items, [0, 1, 2])
  t.match(capped.error, {
    code: 'ERR_FANPIPE_LIMIT',
    limit: 3,
    index: 3,
    message: /^input 0, page 3: more than 3 pages/,
  })
  t.strictSame(await all(pageSource(book([[1], [2]]).fetchPage, { maxPages: 2 })), [1, 2])
})

t.test("the cursors undefined, null and '' end the pages; others do not", async (t) => {
  const ends = fc.constantFrom(undefined, null, '')
  const cursors = fc.uniqueArray(
    fc.oneof(fc.constantFrom(0, false, NaN, 0n, ' ', '0'), fc.string({ minLength: 1 }), fc.integer()),
  )
  const property = fc.asyncProperty(cursors, ends, async (cursors, end) => {
    const asked: unknown[] = []
    const source = pageSource<number, unknown>((cursor) => {
      asked.push(cursor)
      const next = asked.length <= cursors.length ? cursors[asked.length - 1] : end
      return { items: [asked.length], next }
    })
    const items = await all(source)
    return (
      items.length === cursors.length + 1 &&
      asked.every((cursor, i) => i === 0 || Object.is(cursor, cursors[i - 1]))
    )
  })
  await t.resolves(fc.assert(property, { numRuns: 50 }))
})

t.test('object cursors are compared by their JSON, or by cursorKey', async (t) => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const at = async (next: (page: number) => unknown, options: PageOptions = {}) => {
    let page = 0
    const source = pageSource<number, unknown>(() => ({ items: [page], next: next(page++) }), {
      maxPages: 5,
      ...options,
    })
    const { items, error } = await drained(source)
    return [items.length, (error as { code?: string }).code]
  }
  const [seen, endless] = ['ERR_FANPIPE_FORMAT', 'ERR_FANPIPE_LIMIT']
  t.strictSame(await at(() => ({ after: 'x', page: [1] })), [2, seen], 'equal, but a new object each time')
  t.strictSame(await at(() => ({ after: 5n })), [2, seen])
  t.strictSame(await at((page) => ({ page: page % 3 })), [4, seen])
  t.strictSame(await at((page) => ({ page })), [5, endless])
  const same = { page: 0 }
  t.strictSame(await at((page) => Object.assign(same, { page })), [5, endless], 'one object that changes')
  const again = (): void => undefined
  t.strictSame(await at(() => again), [2, seen])
  t.strictSame(await at(() => () => undefined), [5, endless])
  t.strictSame(await at(() => circular), [1, 'ERR_FANPIPE_ARGUMENT'], 'the message asks for cursorKey')
  t.strictSame(await at(() => circular, { cursorKey: () => 1 }), [2, seen])
  const key = ({ id }: { id: number }): number => id
  t.strictSame(await at((page) => ({ id: 1, page }), { cursorKey: key as never }), [2, seen])
  t.strictSame(
    await at((page) => new Map([[page, 1]]), { cursorKey: async (map) => [...(map as Map<number, 1>)] }),
    [5, endless],
  )
  const boom = new Error('boom')
  const failing = pageSource<number, number>(() => ({ items: [1], next: 1 }), {
    cursorKey: () => {
      throw boom
    },
  })
  t.match(await drained(failing), { items: [1], error: boom })
})

t.test('retryIf decides which errors are retried', async (t) => {
  const [again, no] = [new Error('503'), new Error('404')]
  const asked: unknown[] = []
  const errors = [again, again, no, again]
  let tries = 0
  const source = pageSource(() => Promise.reject(errors[tries++] as Error), {
    attempts: 9,
    backoff,
    retryIf: async (error, failures) => {
      asked.push([error, failures])
      return error === again
    },
  })
  t.equal((await drained(source)).error, no)
  t.strictSame(asked, [
    [again, 1],
    [again, 2],
    [no, 3],
  ])
  const boom = new Error('boom')
  const failing = pageSource(() => Promise.reject(again), {
    retryIf: () => {
      throw boom
    },
  })
  t.equal((await drained(failing)).error, boom)
  let once = 0
  const never = pageSource(() => (once++, Promise.reject(again)), {
    retryIf: () => false,
    backoff: () => {
      throw boom
    },
  })
  t.equal((await drained(never)).error, again)
  t.equal(once, 1)
})

t.test('a backoff beyond the range of timers is an ArgumentError, not an immediate retry', async (t) => {
  const tooLong = [2 ** 31, Infinity, NaN, -1]
  for (const wait of [
    ...tooLong,
    ...tooLong.map((wait) => Promise.resolve(wait)),
    '5',
    undefined,
    null,
    true,
  ]) {
    let tries = 0
    const source = pageSource(() => (tries++, Promise.reject(new Error('boom'))), {
      backoff: () => wait as never,
    })
    t.match(
      (await drained(source)).error,
      { code: 'ERR_FANPIPE_ARGUMENT', argument: 'backoff' },
      String(wait),
    )
    t.equal(tries, 1)
  }
  for (const wait of [0, 0.5, Promise.resolve(0.5), Promise.resolve('5'), Promise.resolve()]) {
    let tries = 0
    const source = pageSource(() => (tries++ ? { items: [1] } : Promise.reject(new Error('boom'))), {
      backoff: () => wait,
    })
    t.strictSame(await all(source), [1])
  }
  const boom = new Error('boom')
  const rejecting = pageSource(() => Promise.reject(new Error('503')), {
    backoff: () => Promise.reject(boom),
  })
  t.equal((await drained(rejecting)).error, boom)
})

t.test('a promise of milliseconds is awaited, and then that time', async (t) => {
  let tries = 0
  const source = pageSource(() => (tries++ ? { items: [1] } : Promise.reject(new Error('boom'))), {
    backoff: async () => 100,
  })
  const began = Date.now()
  t.strictSame(await all(source), [1])
  t.ok(Date.now() - began >= 95)
  const running = pageSource(() => Promise.reject(new Error('boom')), { backoff: async () => 60_000 })
  const iterator = running[Symbol.asyncIterator]()
  const pending = iterator.next()
  await setImmediate()
  await iterator.return?.()
  t.strictSame(await pending, { value: undefined, done: true }, 'C1: both waits can be interrupted')
})

t.test('the error names a value that is not a page', async (t) => {
  for (const page of [undefined, null, [], {}, { items: 'text' }, { items: 5 }]) {
    const { error } = await drained(pageSource(async () => page as never))
    t.match(error, {
      code: 'ERR_FANPIPE_FORMAT',
      index: 0,
      message: /fetchPage must return an object with iterable `items`, not/,
    })
  }
})

t.test('C1: a break and an abort end a fetch, and the wait after a failure', async (t) => {
  const signals: AbortSignal[] = []
  const never = (_: unknown, signal: AbortSignal): Promise<never> => {
    signals.push(signal)
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  }
  const boom = new Error('boom')
  const sources = [
    (signal: AbortSignal) => pageSource(never, { signal }),
    (signal: AbortSignal) => pageSource(() => Promise.reject(boom), { signal, backoff: () => 60_000 }),
    (signal: AbortSignal) =>
      pageSource(() => Promise.reject(boom), { signal, backoff: () => new Promise(() => undefined) }),
  ]
  for (const source of sources) {
    const controller = new AbortController()
    const running = drained(source(controller.signal))
    await setImmediate()
    controller.abort()
    t.match((await running).error, { name: 'AbortError' })
    const iterator = source(new AbortController().signal)[Symbol.asyncIterator]()
    const waiting = iterator.next()
    await setImmediate()
    await iterator.return?.()
    t.strictSame(await waiting, { done: true, value: undefined })
  }
  t.ok(signals.length === 2 && signals.every(({ aborted }) => aborted))
  let late: ((page: Page<number, number>) => void) | undefined
  const deaf = pageSource<number, number>(() => new Promise((resolve) => (late = resolve)))
  const iterator = deaf[Symbol.asyncIterator]()
  const waiting = iterator.next()
  await setImmediate()
  const closing = iterator.return?.()
  late?.({ items: [1] })
  await closing
  t.strictSame(await waiting, { done: true, value: undefined })
})

t.test('bad arguments', async (t) => {
  const bad = (argument: string, call: () => unknown): void => {
    t.throws(call, { code: 'ERR_FANPIPE_ARGUMENT', argument })
  }
  const { fetchPage } = book([[]])
  bad('fetchPage', () => pageSource('https://example.com' as never))
  bad('attempts', () => pageSource(fetchPage, { attempts: 0 }))
  bad('backoff', () => pageSource(fetchPage, { backoff: 100 as never }))
  bad('maxPages', () => pageSource(fetchPage, { maxPages: Infinity }))
  bad('retryIf', () => pageSource(fetchPage, { retryIf: true as never }))
  bad('cursorKey', () => pageSource(fetchPage, { cursorKey: 'id' as never }))
})
