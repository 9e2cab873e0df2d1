import t from 'tap'
import { CursorReadable } from '../../lib/to/readable.ts'
import * as streams from '../../lib/index.ts'
import { collect, faces } from '../instruments/faces.ts'

/** A call that takes options, with valid and invalid values for each. */
interface Call {
  readonly name: string
  readonly good: Record<string, unknown>
  readonly bad: Record<string, unknown>
  readonly run: (options: never) => unknown
}

const callsOf = (api: (typeof faces)[number]['api'], inStreams: boolean): Call[] => {
  const run = { signal: new AbortController().signal, closeTimeout: 50 }
  const badRun = { signal: 1, closeTimeout: -1 }
  const stream = inStreams ? { highWaterMark: 4, objectMode: true } : {}
  const badStream = inStreams ? { highWaterMark: -1, objectMode: 1 } : {}
  const fanIn = { ...run, ...stream, labels: ['a', 'b'] }
  const badFanIn = { ...badRun, ...badStream, labels: [1] }
  const order = {
    key: (n: number) => n,
    reverse: false,
    compare: (a: number, b: number) => a - b,
    order: 'check',
  }
  const calls: Call[] = [
    { name: 'chain', good: fanIn, bad: badFanIn, run: (o) => api.chain([[1], [2]], o) },
    { name: 'roundRobin', good: fanIn, bad: badFanIn, run: (o) => api.roundRobin([[1], [2]], o) },
    {
      name: 'merge',
      good: { ...fanIn, ...order },
      bad: { ...badFanIn, key: 1, reverse: 'no', compare: 1, order: 'maybe' },
      run: (o) => api.merge([[1], [2]], o),
    },
    {
      name: 'merge with a key for each input',
      good: { ...fanIn, key: [(n: number) => n, (n: number) => n] },
      bad: { ...badFanIn, key: [(n: number) => n, 1] },
      run: (o) => api.merge([[1], [2]], o),
    },
    {
      name: 'mergeBoundedLateness',
      good: { ...fanIn, lateness: 1, time: (n: number) => n, late: 'drop', idle: 5 },
      bad: { ...badFanIn, lateness: -1, time: 1, late: 'x', idle: -1, clock: {} },
      run: (o) => api.mergeBoundedLateness([[1], [2]], o),
    },
    {
      name: 'zip',
      good: { ...fanIn, mode: 'longest', padding: [0, 0] },
      bad: { ...badFanIn, mode: 'long', padding: 'ab' },
      run: (o) => api.zip([[1], [2]], o),
    },
    {
      name: 'multicast',
      good: { ...run, maxlen: 2, overflow: 'fail', cancel: 'all' },
      bad: { ...badRun, maxlen: 0, overflow: 'x', cancel: 'some' },
      run: (o) => api.multicast([1, 2], 1, o)[0],
    },
    {
      name: 'a branch of multicast',
      good: { maxlen: 2, overflow: 'fail' },
      bad: { maxlen: 1.5, overflow: 'x' },
      run: (o) => api.multicast([1, 2], [o])[0],
    },
    { name: 'tee', good: { ...run }, bad: badRun, run: (o) => api.tee([1, 2], 1, o)[0] },
    {
      name: 'fork',
      good: { maxlen: 2 },
      bad: { maxlen: '5' },
      run: (o) => api.fork([api.map((n: number) => n)], o)([1, 2]),
    },
    {
      name: 'groupBy',
      good: { maxLength: 2 },
      bad: { maxLength: 2 ** 60 },
      run: (o) => api.groupBy((n: number) => n, o)([1, 2]),
    },
  ]
  return calls
}

/** An object that counts how often each property is read. */
function counted(options: Record<string, unknown>) {
  const reads: Record<string, number> = {}
  const counting = {}
  for (const [name, value] of Object.entries(options)) {
    Object.defineProperty(counting, name, {
      enumerable: true,
      get() {
        reads[name] = (reads[name] ?? 0) + 1
        return value
      },
    })
  }
  return { counting, reads }
}

for (const face of faces) {
  for (const { name, good, bad, run } of callsOf(face.api, face.name === 'streams')) {
    const call = (options: object): unknown => run(options as never)
    const needed = name === 'mergeBoundedLateness' ? { lateness: 1 } : {}

    t.test(`options (${face.name}, ${name}): inherited properties count like own ones`, async (t) => {
      for (const [option, value] of Object.entries(bad)) {
        for (const options of [
          { ...needed, [option]: value },
          Object.create({ ...needed, [option]: value }) as object,
          Object.create(Object.create({ ...needed, [option]: value }) as object) as object,
          Object.assign(Object.create(null) as object, needed, { [option]: value }),
        ])
          t.throws(() => call(options), { code: 'ERR_FANPIPE_ARGUMENT', argument: option }, option)
      }
      for (const options of [
        { ...needed, unheardOf: 1 },
        Object.create({ ...needed, unheardOf: 1 }) as object,
        { ...needed, constructor: 1 },
        { ...needed, hasOwnProperty: undefined },
      ])
        t.throws(() => call(options), { code: 'ERR_FANPIPE_ARGUMENT' })
      t.ok(call(Object.create(good) as object))
    })

    t.test(
      `options (${face.name}, ${name}): a value that is obviously something else is refused`,
      async (t) => {
        const argument = name === 'a branch of multicast' ? 'n[0]' : 'options'
        const others = {
          'a list': [[1]],
          bytes: Buffer.from('a'),
          'an iterator': [1].values(),
          'an async iterator': (async function* () {})(),
          'a promise': Promise.resolve({}),
          'a thenable': { then: () => undefined },
          'a path': 'a.log',
          'a function': () => [1],
          null: null,
        }
        for (const [what, other] of Object.entries(others))
          t.throws(
            () => call(other as never),
            { argument, message: /^(options|n\[0\]) must be an options object, not / },
            what,
          )
      },
    )

    t.test(`options (${face.name}, ${name}): each option is read once, at the call`, async (t) => {
      const { counting, reads } = counted(good)
      const output = call(counting)
      const once = Object.fromEntries(Object.keys(good).map((option) => [option, 1]))
      t.strictSame(reads, once)
      t.equal((await collect(output)).length > 0, true)
      t.strictSame(reads, once, 'and not during the run')
    })

    t.test(`options (${face.name}, ${name}): changes after the call have no effect`, async (t) => {
      const options: Record<string, unknown> = { ...good, labels: undefined, signal: undefined }
      for (const option of Object.keys(options)) if (options[option] === undefined) delete options[option]
      const wanted = await collect(call({ ...options }))
      const output = call(options)
      Object.assign(options, bad, { unheardOf: 1 })
      t.strictSame(await collect(output), wanted)
    })
  }

  t.test(`options (${face.name}): changes to arrays after the call have no effect`, async (t) => {
    const { chain, merge, mergeBoundedLateness, multicast, roundRobin, sourceOf } = face.api
    const errorOf = (output: unknown): Promise<unknown> => collect(output).catch((error: unknown) => error)
    for (const join of [chain, roundRobin, merge]) {
      const labels = ['a', 'b']
      const inputs = [[1], [2]]
      const output = join(inputs, { labels })
      labels[1] = 'changed'
      labels.length = 1
      inputs[1] = [7]
      inputs.push([9])
      t.strictSame(await collect(output), [1, 2])
      const broken = join([[1], () => 7 as never], { labels: ['a', 'b'] })
      labels.push('c')
      t.strictSame(sourceOf(await errorOf(broken)), [{ index: 1, label: 'b' }])
    }
    const inputs = [[1], [2]]
    const late = mergeBoundedLateness(inputs, { lateness: 0 })
    inputs.pop()
    t.strictSame(await collect(late), [1, 2])
    const own = [{ maxlen: 1 }, { maxlen: 1, overflow: 'fail' as const }]
    const branches = multicast(
      [1, 2, 3],
      own.map((one) => ({ overflow: 'fail' as const, ...one })),
    )
    own[0] = { maxlen: 99 }
    own.pop()
    t.equal(branches.length, 2)
    const iterators = branches.map((branch) => face.iterate(branch))
    t.equal((await iterators[0]?.next())?.value, 1)
    if (face.name !== 'streams')
      await t.rejects(iterators[0]?.next() as Promise<unknown>, { code: 'ERR_FANPIPE_OVERFLOW' })
    for (const iterator of iterators) await iterator.return?.().catch(() => undefined)
  })

  t.test(
    `options (${face.name}): changes after the call to arrays passed to stages have no effect`,
    async (t) => {
      const { compose, extensions, fork, map, project } = face.api
      const names = ['a']
      const projected = project(names as never)
      names[0] = 'b'
      t.strictSame(await collect(projected([{ a: 1, b: 2 }] as never)), [{ a: 1 }])
      const endings = ['.a']
      const chosen = extensions(endings)
      endings[0] = '.b'
      t.strictSame(await collect(chosen(['x.a', 'x.b'])), ['x.a'])
      const stages = [map((n: number) => n + 1), map((n: number) => n * 2)]
      const forked = fork(stages)
      const composed = compose(...(stages as [never]))
      stages[1] = map(() => 0)
      stages.pop()
      t.strictSame(await collect(forked([5])), [[6, 10]])
      t.strictSame(await collect(composed([5] as never)), [12])
    },
  )
}

for (const { name, api } of faces) {
  t.test(`options (${name}): a hole in a list counts as undefined`, async (t) => {
    const same = api.map((n: number) => n)
    const holed = <T>(first: T, last: T): T[] => {
      const list = [first]
      list[2] = last
      return list
    }
    t.throws(() => api.fork(holed(same, same) as never), {
      code: 'ERR_FANPIPE_ARGUMENT',
      argument: 'stages[1]',
    })
    t.throws(() => api.project(holed('a', 'b')), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'columns' })
    t.throws(() => api.extensions(holed('.a', '.b')), { code: 'ERR_FANPIPE_ARGUMENT', argument: 'wanted' })
    t.equal(api.multicast([1], holed({ maxlen: 1 }, { maxlen: 2 })).length, 3)
  })
}

t.test('options (streams): a hole in headers, and promises nested in options, are refused', async (t) => {
  const headers = ['a']
  headers[2] = 'c'
  const refused = (argument: string): { code: string; argument: string } => ({
    code: 'ERR_FANPIPE_ARGUMENT',
    argument,
  })
  t.throws(() => streams.csvSource(['1,2,3\n'], { headers }), refused('headers'))
  const promise = Promise.resolve({}) as never
  t.throws(() => streams.isoTime({ zones: promise }), refused('zones'))
  t.throws(() => streams.lineSource('a.log', { follow: promise }), refused('follow'))
})

t.test('options (streams): changes after the call to the headers of a table have no effect', async (t) => {
  const headers = ['a', 'b']
  const rows = streams.csvSource(['1,2\n'], { headers })
  headers[0] = 'changed'
  headers.push('c')
  t.strictSame(await collect(rows), [{ a: '1', b: '2' }])
})

t.test('options (streams): the options of a sink are read once', async (t) => {
  const { counting, reads } = counted({ maxlen: 3, highWaterMark: 2, objectMode: true })
  const sink = streams.multicastSink(1, counting)
  t.strictSame(reads, { maxlen: 1, highWaterMark: 1, objectMode: 1 })
  t.equal(sink.writableHighWaterMark, 2)
  t.type(sink.branches[0], CursorReadable)
  sink.destroy()
})
