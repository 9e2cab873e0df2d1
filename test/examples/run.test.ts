import { spawnSync } from 'node:child_process'
import t from 'tap'

const run = (...names: string[]) =>
  spawnSync(process.execPath, ['.build/examples/run.js', ...names], { encoding: 'utf8' })

const says: Readonly<Record<string, RegExp>> = {
  'multi-csv': /(\S+ [\d.]+ °F\n){16}/,
  'log-merge': /OrderError: input 8 \(out\/unsorted\.log\) is not sorted: line 2 .*mergeBoundedLateness/,
  'api-fan-in': /GET \/nc\?page=1 200\nGET \/nc\?page=2 503\nGET \/nc\?page=2 200/,
  telemetry: /CardinalityError: stage 0 ended before output 2843/,
  'file-hashing': /^[0-9a-f]{64} {2}lib\/api\/balance\.ts\n/,
  'n-grams': /in step: \d+ n-grams\nOverflowError: branch 1 cannot keep up: it is 1000 behind the fastest/,
  documents: /12 chunks, and as many again/,
}

for (const [name, said] of Object.entries(says)) {
  t.test(`the example ${name} runs`, async (t) => {
    const { status, stdout, stderr } = run(name)
    t.equal(status, 0)
    t.equal(stderr, '')
    t.match(stdout, said)
  })
}

t.test('an unknown example name is answered with the list of examples', async (t) => {
  for (const name of ['nothing', '../main']) {
    const { status, stderr } = run(name)
    t.equal(status, 2)
    for (const known of [...Object.keys(says), 'live-topology', 'processes']) t.match(stderr, known)
  }
})
