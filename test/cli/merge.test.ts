import { execFileSync } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { run } from '../../lib/cli/run.ts'
import { cli, openIo } from '../instruments/cli.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)

const a = fileOf(
  'a.log',
  '2026-01-01T00:00:00Z a1\n2026-01-01T00:00:02Z a2\n  at main\n  at run\n2026-01-01T00:00:04Z a3\n',
)
const b = fileOf('b.log', '2026-01-01T00:00:01Z b1\n2026-01-01T00:00:03Z b2\n')
const nginx = fileOf(
  'nginx.log.gz',
  gzipSync('1.2.3.4 - - [01/Jan/2026:01:00:02 +0100] "GET / HTTP/1.1" 200 5\n'),
)

const merged =
  '2026-01-01T00:00:00Z a1\n2026-01-01T00:00:01Z b1\n2026-01-01T00:00:02Z a2\n  at main\n  at run\n'

t.test(
  'merge: merges several formats by time, gzipped or not; the lines of a stack trace stay together',
  async (t) => {
    const { code, text, errors } = await cli(['merge', a, b, nginx])
    t.equal(code, 0)
    t.equal(errors, '')
    t.equal(
      text,
      merged +
        '1.2.3.4 - - [01/Jan/2026:01:00:02 +0100] "GET / HTTP/1.1" 200 5\n2026-01-01T00:00:03Z b2\n2026-01-01T00:00:04Z a3\n',
    )
  },
)

t.test('merge: - is standard input', async (t) => {
  const { text } = await cli(['merge', a, '-'], { input: '2026-01-01T00:00:03Z from stdin' })
  t.match(text, / {2}at run\n2026-01-01T00:00:03Z from stdin\n2026-01-01T00:00:04Z a3\n$/)
})

t.test('merge: any bytes are passed through unchanged', async (t) => {
  const bytes = Buffer.from('2026-01-01T00:00:00Z \xff\x00\xe4\r\n2026-01-01T00:00:01Z \x80 \r\r\n', 'latin1')
  const { out } = await cli(['merge', fileOf('raw', bytes)])
  t.ok(out.equals(bytes))
  const labelled = await cli([
    'merge',
    '--label',
    '--grep',
    'größe',
    fileOf('ä.log', '2026-01-01T00:00:00Z größe\n2026-01-01T00:00:00Z grösse\n'),
  ])
  t.equal(labelled.text, `${join(dir, 'ä.log')}: 2026-01-01T00:00:00Z größe\n`)
})

t.test(
  'merge --output: the file is either complete or not created, and gzipped if its name ends in .gz',
  async (t) => {
    const out = join(dir, 'out.log.gz')
    t.equal((await cli(['merge', '-o', out, a, b])).code, 0)
    t.ok(gunzipSync(readFileSync(out)).toString().startsWith(merged))
    const unsorted = fileOf('unsorted.log', '2026-01-01T00:00:01Z x\n2026-01-01T00:00:00Z y\n')
    t.equal((await cli(['merge', '-o', join(dir, 'never'), unsorted])).code, 1)
    t.notOk(readdirSync(dir).some((name) => name === 'never' || name.endsWith('.tmp')))
  },
)

t.test(
  'merge: the error for an unsorted file names the file and the line, and says what to do',
  async (t) => {
    const unsorted = fileOf(
      'unsorted.log',
      '2026-01-01T00:00:05Z x\n2026-01-01T00:00:00Z y\n2026-01-01T00:00:06Z z\n',
    )
    for (const options of [[], ['--check']]) {
      const { code, errors } = await cli(['merge', ...options, a, unsorted])
      t.equal(code, 1)
      t.equal(
        errors,
        `fanpipe: ${unsorted}, line 2: 2026-01-01T00:00:00.000Z is earlier than 2026-01-01T00:00:05.000Z before it: give --late 5s, or give --reverse if the files are in descending order\n`,
      )
    }
    t.same(await cli(['merge', '--check', a, b]).then(({ code, text }) => ({ code, text })), {
      code: 0,
      text: '',
    })
    const sorted = await cli(['merge', '--late', '5s', unsorted])
    t.match(sorted.text, / y\n.* x\n.* z\n$/)
    const late = await cli(['merge', '--late', '4s', unsorted])
    t.equal(late.code, 1)
    t.match(late.errors, `${unsorted}, line 2: 5s late: give --late 5s`)
    const column = fileOf('column', 'b 1\na 2\n')
    t.match(
      (await cli(['merge', '--key', '1', column])).errors,
      `${column}, line 2: a is less than b before it: sort the file first`,
    )
  },
)

t.test('merge: the first error names the --late that is enough for all lines of all files', async (t) => {
  const lines = (...seconds: number[]) =>
    seconds.map((second) => `2026-01-01T00:00:${second}Z x\n`).join('  no time\n')
  const one = fileOf('late-1.log', lines(10, 15, 14, 16, 11, 17))
  const two = fileOf('late-2.log', lines(20, 59, 21, 22, 30))
  for (const option of [['--check'], ['--late', '500ms'], ['--late', '37s'], []])
    t.match((await cli(['merge', ...option, one, two])).errors, /: give --late 38s[,\n]/, option.join(' '))
  t.equal((await cli(['merge', '--late', '38s', one, two])).code, 0)
  const piped = await cli(['merge', one, '-'], { input: '2026-01-01T00:00:00Z x\n' })
  t.match(piped.errors, /: give --late 1s or more, or/)
  const cut = fileOf('late.gz', gzipSync(lines(10, 15, 14, 16)).subarray(0, -1))
  t.match((await cli(['merge', cut])).errors, /: give --late 1s or more, or/)
  t.match(
    (await cli(['merge', '--reverse', fileOf('up.log', lines(10, 11))])).errors,
    /: sort the file first, or leave out --reverse/,
  )
})

t.test('merge --reverse: merges descending files, newest first; a stack trace keeps its order', async (t) => {
  const descending = fileOf('desc.log', '2026-01-01T00:00:04Z d1\n  at x\n  at y\n2026-01-01T00:00:02Z d2\n')
  const { text } = await cli(['merge', '-r', descending, fileOf('one.log', '2026-01-01T00:00:03Z e\n')])
  t.equal(text, '2026-01-01T00:00:04Z d1\n  at x\n  at y\n2026-01-01T00:00:03Z e\n2026-01-01T00:00:02Z d2\n')
  const { errors } = await cli(['merge', '-r', a])
  t.match(errors, /is later than .* before it.*leave out --reverse if the files are in ascending order/)
})

t.test('merge --key: merges by a column, a JSON member or a regular expression', async (t) => {
  const left = fileOf('left', 'x 001\ny 003\n')
  t.equal(
    (await cli(['merge', '--key', '2', left, fileOf('right', 'z 002\n')])).text,
    'x 001\nz 002\ny 003\n',
  )
  const [one, two] = [
    fileOf('1.ndjson', '{"a":{"n":2}}\n{"a":{"n":10}}\n'),
    fileOf('2.ndjson', '{"a":{"n":9}}\n'),
  ]
  t.equal(
    (await cli(['merge', '--key', 'a.n', one, two])).text,
    '{"a":{"n":2}}\n{"a":{"n":9}}\n{"a":{"n":10}}\n',
  )
  const pattern = ['--key', '/id=(?<key>\\w+)/']
  t.equal(
    (await cli(['merge', ...pattern, fileOf('p', 'id=b\n'), fileOf('q', 'id=a\nno key\n')])).text,
    'id=a\nno key\nid=b\n',
  )
  const timed = await cli([
    'merge',
    '--key',
    '2',
    '--time',
    'epoch',
    fileOf('r', 'a 1767225602\n'),
    fileOf('s', 'b 1767225601000\n'),
  ])
  t.equal(timed.text, 'b 1767225601000\na 1767225602\n')
  t.match(
    (await cli(['merge', '--key', '3', left])).errors,
    `${left}: no line has column 3: give another --key\n`,
  )
  t.match(
    (await cli(['merge', '--key', '3', '--time', 'iso', left])).errors,
    `${left}: no line has a time in column 3: give another --key or --time\n`,
  )
})

t.test(
  'merge: errors explain why no line has a time, and show times that differ by less than a millisecond',
  async (t) => {
    const noTime = 'no line has a time that is recognised: give --time FORMAT or --key, as --help explains'
    const plain = fileOf('plain.txt', 'x\n')
    t.match((await cli(['merge', plain])).errors, `${plain}: ${noTime}\n`)
    const zoned = fileOf('zoned.log', '2026-01-01 00:00:00 PDT x\n')
    t.match(
      (await cli(['merge', zoned])).errors,
      `${noTime}; PDT names several zones: give the offset that is meant as --zone PDT=±HH:MM`,
    )
    const both = ['--zone', '+01:00', '--zone', 'PDT=-07:00']
    const utc = fileOf('utc.log', '2026-01-01 07:59:59 y\n2026-01-01 08:00:01 z\n')
    t.equal((await cli(['merge', ...both, utc, zoned])).text.replaceAll(/.* /g, ''), 'y\nx\nz\n')
    t.match(
      (await cli(['merge', ...both, '--explain', zoned])).text,
      /in the line +2026-01-01T07:00:00\.000Z/,
    )
    const close = fileOf('close.log', '2026-01-01T00:00:00.000900Z x\n2026-01-01T00:00:00.000100Z y\n')
    t.match(
      (await cli(['merge', close])).errors,
      '2026-01-01T00:00:00.000100Z is earlier than 2026-01-01T00:00:00.000900Z before it: give --late 1s, or',
    )
  },
)

t.test('merge --time: sets the format, also one that is never detected', async (t) => {
  const spark = fileOf('spark', '17/06/09 20:10:41 INFO x\n')
  t.equal((await cli(['merge', spark])).code, 1)
  t.equal((await cli(['merge', '--time', 'yy/mm/dd', spark])).code, 0)
  for (const [format, line] of [
    ['iso', '2026-01-01T00:00:00Z'],
    ['epoch', '1767225600'],
    ['clf', 'h - - [01/Jan/2026:00:00:00 +0000] x'],
    ['syslog', 'Jan  1 00:00:00 host x'],
    ['json', '{"ts":1767225600}'],
    ['json:a.b', '{"a":{"b":1767225600}}'],
  ] as const) {
    const file = fileOf(`format-${format}`, `${line}\n`)
    utimesSync(file, new Date('2026-03-01'), new Date('2026-03-01'))
    t.match(
      (await cli(['merge', '--time', format, '--explain', file])).text,
      '2026-01-01T00:00:00.000Z',
      format,
    )
  }
})

t.test(
  'merge --time FORMAT=NAME: sets the format of some files; that of the others is detected',
  async (t) => {
    const spark = fileOf('spark-1.log', '17/06/09 20:10:41 s\n')
    const web = fileOf('web[1].log', 'h - - [09/Jun/2017:20:10:40 +0000] w\n')
    const iso = fileOf('iso.log', '2017-06-09T20:10:42Z i\n')
    for (const name of [spark, 'spark-1.log', 'spark*', '*/spark-*.log']) {
      const { errors, text } = await cli(['merge', '--time', `yy/mm/dd=${name}`, spark, web, iso])
      t.same([errors, text.replaceAll(/.* /g, '')], ['', 'w\ns\ni\n'], name)
    }
    const general = ['--time', 'clf=web[1].log', '--time', 'yy/mm/dd=spark*', '--time', 'iso']
    t.equal((await cli(['merge', ...general, iso, web, spark])).text.replaceAll(/.* /g, ''), 'w\ns\ni\n')
    t.match(
      (await cli(['merge', ...general, '--explain', spark, web])).text,
      /spark.* yy\/mm\/dd .*\n.*web.* clf /,
    )
    t.equal(
      (await cli(['merge', '--time', 'yy/mm/dd', spark, web])).errors,
      `fanpipe: ${web}: no line has a time of the format yy/mm/dd: give another --time, or --time yy/mm/dd=NAME for the files that have it\n`,
    )
    const piped = await cli(['merge', '--time', 'yy/mm/dd=-', '-', iso], { input: '17/06/09 20:10:43 in\n' })
    t.equal(piped.text.replaceAll(/.* /g, ''), 'i\nin\n')
  },
)

t.test('merge: syslog times get the year from the modification time, or from --year', async (t) => {
  const syslog = fileOf('syslog', 'Dec 31 23:59:59 host x\nJan  1 00:00:00 host y\n')
  utimesSync(syslog, new Date('2025-01-02'), new Date('2025-01-02'))
  t.match(
    (await cli(['merge', '--explain', syslog])).text,
    /2024-12-31T23:59:59.000Z {2}2025-01-01T00:00:00.000Z/,
  )
  t.match(
    (await cli(['merge', '--year', '1999', '--explain', fileOf('dec', 'Dec 31 23:59:59 host x\n')])).text,
    '1999-12-31',
  )
  const { code, errors } = await cli(['merge', '-'], { input: 'Dec 31 23:59:59 host x\n' })
  t.equal(code, 1)
  t.equal(errors, 'fanpipe: standard input: times without a year: give --year\n')
  t.equal((await cli(['merge', '--year', '2026', '-'], { input: 'Dec 31 23:59:59 host x\n' })).code, 0)
})

t.test('merge --explain: prints what was detected for each file', async (t) => {
  const { text } = await cli([
    'merge',
    '--explain',
    '--zone',
    '+02:00',
    a,
    nginx,
    fileOf('local.log', '2026-01-01 02:00:00 x\n'),
    fileOf('none', 'x\n'),
  ])
  const rows = text
    .trim()
    .split('\n')
    .map((row) => row.split(/ {2,}/))
  t.strictSame(rows, [
    ['file', 'format', 'zone', 'first', 'last', 'lines', 'without time'],
    [a, 'date and time', 'in the line', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:04.000Z', '5', '2'],
    [nginx, 'access log', 'in the line', '2026-01-01T00:00:02.000Z', '2026-01-01T00:00:02.000Z', '1', '0'],
    [
      join(dir, 'local.log'),
      'date and time',
      '+02:00',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z',
      '1',
      '0',
    ],
    [join(dir, 'none'), '–', '–', '–', '–', '1', '1'],
  ])
})

t.test('merge --key: 64-bit ids that are JSON numbers are compared by all of their digits', async (t) => {
  const ids = fileOf('ids', '{"id":9007199254740993}\n{"id":9007199254740994,"n":{"id":1}}\n')
  const others = fileOf('others', ' {"n":{"id":2},"id": 9007199254740992}\n')
  const { text, errors } = await cli(['merge', '--key', 'id', ids, others])
  t.equal(errors, '')
  t.equal(
    text,
    ' {"n":{"id":2},"id": 9007199254740992}\n{"id":9007199254740993}\n{"id":9007199254740994,"n":{"id":1}}\n',
  )
  const unsorted = fileOf('unsorted', '{"id":9007199254740993}\n{"id":9007199254740992}\n')
  t.match(
    (await cli(['merge', '--key', 'id', '--check', unsorted])).errors,
    'line 2: 9007199254740992 is less than 9007199254740993 before it: sort the file first',
  )
  t.match(
    (await cli(['merge', '--key', 'id', '--explain', ids])).text,
    /ids +id +– +9007199254740993 +9007199254740994 +2 +0\n$/,
  )
})

t.test('merge --since, --until, --last, --grep: select whole records', async (t) => {
  const since = await cli(['merge', '--since', '2026-01-01T00:00:02', '--until', '2026-01-01T00:00:04', a, b])
  t.equal(since.text, '2026-01-01T00:00:02Z a2\n  at main\n  at run\n2026-01-01T00:00:03Z b2\n')
  t.equal((await cli(['merge', '--since', '2026-01-01', a, b])).text.split('\n').length, 8)
  t.equal(
    (await cli(['merge', '--last', '1s', a, b])).text,
    '2026-01-01T00:00:03Z b2\n2026-01-01T00:00:04Z a3\n',
  )
  t.equal(
    (await cli(['merge', '--grep', 'at (main|run)', a, b])).text,
    '2026-01-01T00:00:02Z a2\n  at main\n  at run\n',
  )
})

t.test('merge --unique: records with the same time and content are printed once', async (t) => {
  const twice = fileOf('twice', '2026-01-01T00:00:02Z a2\n  at main\n  at run\n2026-01-01T00:00:02Z other\n')
  const { text } = await cli(['merge', '-u', a, twice])
  t.equal(text.split('a2\n  at main\n  at run\n').length, 2)
  t.match(text, / other\n/)
})

t.test(
  'merge --follow: continues as the files grow; late lines are printed at once and counted',
  async (t) => {
    const growing = fileOf('growing.log', '2026-01-01T00:00:00Z g1\n')
    const io = openIo()
    const { stop, stdout, stderr } = io
    let text = ''
    stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    const until = async (part: string): Promise<void> => {
      while (!text.includes(part)) await setTimeout(5)
    }
    const args = [
      'merge',
      '-f',
      '--label',
      '--grep',
      'g',
      growing,
      fileOf('idle.log', '2026-01-01T00:00:00Z g0\n'),
    ]
    const running = run(args, io)
    await until('g1\n')
    appendFileSync(growing, '2026-01-01T00:00:09Z g2\n')
    await until('g2\n')
    appendFileSync(growing, '2026-01-01T00:00:03Z late g\n2026-01-01T00:00:04Z later g\n')
    await until(`${growing}: 2026-01-01T00:00:03Z late g\n${growing}: 2026-01-01T00:00:04Z later g\n`)
    stop.abort()
    t.equal(await running, 130)
    t.equal((stderr.read() as Buffer).toString(), 'fanpipe: late lines, printed as they came: 2\n')
  },
)

t.test('merge --follow: on Ctrl-C, lines still held are printed in order', async (t) => {
  const [one, two] = [fileOf('one.log', ''), fileOf('two.log', '2026-01-01T00:00:01Z x\n')]
  const io = openIo()
  let text = ''
  io.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const running = run(['merge', '--follow', '--late', '1h', one, two], io)
  appendFileSync(two, '2026-01-01T00:00:05Z z\n  at main\n2026-01-01T01:00:02Z end\n')
  appendFileSync(one, '2026-01-01T00:00:03Z y\n')
  while (!text.includes('x\n')) await setTimeout(5)
  await setTimeout(500)
  t.equal(text, '2026-01-01T00:00:01Z x\n')
  io.stop.abort()
  t.equal(await running, 130)
  t.equal(
    text,
    '2026-01-01T00:00:01Z x\n2026-01-01T00:00:03Z y\n2026-01-01T00:00:05Z z\n  at main\n2026-01-01T01:00:02Z end\n',
  )
  t.equal(io.stderr.read(), null)
})

t.test('merge --follow: on Ctrl-C, no part of a line is printed, even if the reader is slow', async (t) => {
  const content = '2026-01-01T00:00:00Z some text\n'.repeat(100_000)
  const io = openIo()
  const running = run(['merge', '--follow', fileOf('slow.log', content)], io)
  while (!io.stdout.writableNeedDrain) await setTimeout(5)
  await setTimeout(300)
  io.stop.abort()
  let text = ''
  io.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
  t.equal(await running, 130)
  t.ok(text.endsWith('\n') && content.startsWith(text), `${text.length} characters`)
})

t.test(
  'merge --follow: ends when its reader exits; Ctrl-C before the first line ends it at once',
  async (t) => {
    const closed = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })),
    })
    t.equal(await run(['merge', '-f', a], { ...openIo(), stdout: closed }), 0)
    const { code, text } = await cli(['merge', '-f', a], { signal: AbortSignal.abort() })
    t.same([code, text], [130, ''])
  },
)

t.test('merge --explain, --last: Ctrl-C stops reading', async (t) => {
  for (const args of [['--explain'], ['--last', '1s']]) {
    const io = openIo()
    const running = run(['merge', ...args, fileOf('endless.log', `${b}\n`.repeat(200_000))], io)
    setImmediate(() => io.stop.abort())
    t.equal(await running, 130)
    t.equal(io.stdout.read(), null)
  }
})

t.test('merge --numeric: text is compared as numbers, by all of their digits', async (t) => {
  const numbers = fileOf('numbers', '-1 a\n9 b\nnone\n10.5 c\n9007199254740992 d\n9007199254740993 e\n')
  const others = fileOf('more-numbers', '  \n1e1 f\n')
  const { text, errors } = await cli(['merge', '-n', '--key', '1', numbers, others])
  t.equal(errors, '')
  t.equal(text, '  \n-1 a\n9 b\nnone\n1e1 f\n10.5 c\n9007199254740992 d\n9007199254740993 e\n')
  t.equal((await cli(['merge', '-n', '--key', '/^(\\S*)/', others])).text, '  \n1e1 f\n')
  t.equal(
    (await cli(['merge', '--key', '1', numbers])).errors,
    `fanpipe: ${numbers}, line 4: 10.5 is less than none before it: sort the file first, or give --reverse if the files are in descending order\n`,
  )
  const tens = fileOf('tens', '9\n10\n')
  t.match((await cli(['merge', '--key', '1', tens])).errors, '10 is less than 9 before it: give --numeric')
  t.match((await cli(['merge', '-r', '--key', '1', fileOf('r', 'a\nb\n')])).errors, 'b is greater than a')
  const letters = fileOf('letters', 'a\n')
  t.equal(
    (await cli(['merge', '-n', '--key', '1', letters])).errors,
    `fanpipe: ${letters}: no line has a number in column 1: give another --key\n`,
  )
  for (const [values, message] of [
    ['5 "x"', 'x is text, but the keys before it are numbers'],
    ['"x" 5', '5 is a number, but the keys before it are text'],
  ] as const) {
    const mixed = fileOf('mixed', values.replace(/\S+/g, '{"n":$&}').replace(' ', '\n'))
    t.equal(
      (await cli(['merge', '--key', 'n', mixed])).errors,
      `fanpipe: ${mixed}, line 2: ${message}: give --numeric to read text as numbers\n`,
    )
  }
  const digits = fileOf('digits', '{"n":9}\n{"n":"10"}\n')
  t.equal((await cli(['merge', '-n', '--key', 'n', digits])).text, readFileSync(digits, 'utf8'))
})

t.test('merge: invalid command lines exit with 2 and say why', async (t) => {
  const fifo = join(dir, 'fifo')
  execFileSync('mkfifo', [fifo])
  for (const [args, message] of [
    [[], 'no file given; - is standard input'],
    [['-', '-'], '- can be given once'],
    [['-f', '-'], '--follow cannot be used with -'],
    [['-f', '-o', 'x', a], '--follow cannot be used with --output'],
    [['-f', nginx], `--follow: ${nginx} is gzipped, and does not grow`],
    [['-r', '--late', '1s', a], '--reverse cannot be used with --late'],
    [['--last', '5m', '-'], '--last cannot be used with -, whose newest time is known only at its end'],
    [['--key', '1', '--late', '1s', a], '--late needs times: give --time with --key'],
    [['--late', 'soon', a], '--late soon: not a duration with a unit, such as 90s, 5m or 2h'],
    [['--late', '', a], '--late is empty: give its value'],
    [['--key', '', a], '--key is empty: give its value'],
    [[''], 'the name of a file is empty'],
    [['-o', '-', a], '--output -: leave it out for standard output, or give ./- for a file of this name'],
    [['--last', '60', a], '--last 60: not a duration with a unit, such as 90s, 5m or 2h'],
    [['--since', 'noon', a], '--since noon: not a time such as 2026-01-31 or 2026-01-31T12:00'],
    [['--zone', 'UTC', '--zone', 'local', a], '--zone local: times without an offset are in UTC already'],
    [['--zone', 'PDT=-7=', a], '--zone PDT=-7=: not a name and its offset, such as PDT=-07:00'],
    [['--zone', '=-07:00', a], '--zone =-07:00: not a name and its offset, such as PDT=-07:00'],
    [['--zone', 'Mars', a], '--zone Mars: not a zone such as UTC, local, +02:00 or Europe/Berlin'],
    [['--year', '26', a], '--year 26: not a year of four digits'],
    [['--year', '0000', a], '--year 0000: not a year of four digits'],
    [
      ['--time', 'soon', a],
      '--time soon cannot be used: give iso, epoch, clf, syslog, json, json:PATH, or an order of the date such as yy/mm/dd',
    ],
    [['--key', '/(/', a], '--key /(/ cannot be used: give a regular expression'],
    [['--grep', '(', a], '--grep (: not a regular expression'],
    [['--foo', a], "Unknown option '--foo'"],
    [
      ['--late', '-5s', a],
      "Option '--late' argument is ambiguous: if its value begins with a dash, use '--late=-XYZ'",
    ],
    [['--time', 'iso=b*', a], '--time iso=b*: no file has this name; * is any text'],
    [
      ['--time', 'iso', '--time', 'clf', a],
      '--time clf: the format is iso already: give clf=NAME for some files',
    ],
    [
      ['--key', '1', '--time', `iso=${a}`, a, '-'],
      '--time: with --key, give a format for standard input too',
    ],
    [['--numeric', a], '--numeric needs --key, without --time'],
    [['-n', '--key', '1', '--time', 'epoch', a], '--numeric needs --key, without --time'],
    [['--last', '1s', fifo], `--last: ${fifo} is not a regular file, and may not be readable twice`],
    [['--follow', fifo], `--follow: ${fifo} is not a regular file`],
    [['--late'], "Option '--late <value>' argument missing"],
  ] as const) {
    const { code, errors } = await cli(['merge', ...args])
    t.equal(code, 2, message)
    t.equal(errors, `fanpipe: ${message}\nfanpipe merge --help tells how it is used\n`)
  }
})

t.test('merge: files that cannot be read are named, and the exit code is 1', async (t) => {
  const { code, errors } = await cli(['merge', a, join(dir, 'nope')])
  t.equal(code, 1)
  t.equal(errors, `fanpipe: ${join(dir, 'nope')}: no such file or directory\n`)
  t.equal((await cli(['merge', dir])).errors, `fanpipe: ${dir}: is a directory: name the files in it\n`)
  const cut = fileOf('cut.gz', gzipSync(readFileSync(a)).subarray(0, 40))
  t.match((await cli(['merge', cut])).errors, `fanpipe: ${cut}: the gzip data is truncated`)
  t.equal(statSync(a).isFile(), true)
})

t.test('merge: lines without the part named by --key belong to the record before them', async (t) => {
  for (const [key, line] of [
    ['2', 'alone'],
    ['a.b', '{"a":null}'],
    ['a.b', '{"a":'],
    ['a.b', '{"a":{"b":[]}}'],
    ['/=(\\d+)/', 'nothing'],
  ] as const) {
    const good = key === '2' ? 'x 1767225600' : key === 'a.b' ? '{"a":{"b":1767225600}}' : 't=1767225600'
    const file = fileOf('parts', `${good}\n${line}\n`)
    const { text } = await cli(['merge', '--key', key, '--time', 'epoch', '--explain', file])
    t.match(text, /2026-01-01T00:00:00.000Z {2}2 +1\n$/, line)
  }
  const whole = fileOf('whole', 'b2\nb3\n')
  t.match((await cli(['merge', '--key', '/b\\d/', '--explain', whole])).text, /b2 +b3 +2 +0\n$/)
})

t.test('merge --since: is a time in the zone of --zone; klog times have no year either', async (t) => {
  const local = fileOf('zoned.log', '2026-01-01 01:00:00 x\n2026-01-01 03:00:00 y\n')
  const { text } = await cli(['merge', '--zone', '+02:00', '--since', '2026-01-01T02:00', local])
  t.equal(text, '2026-01-01 03:00:00 y\n')
  const { errors } = await cli(['merge', '-'], { input: 'I0131 23:59:59.999999 1 main.go:1] x\n' })
  t.equal(errors, 'fanpipe: standard input: times without a year: give --year\n')
})

t.test(
  'merge: --year is not required for lines without a time if the times of the log have a year',
  async (t) => {
    const input = '2026-01-01T00:00:00Z x\n  at y\nplain\n12345678901234 z\n'
    const { code, text } = await cli(['merge', '-'], { input })
    t.same([code, text], [0, input])
  },
)

t.test('merge: times are read in text, and lines keep their bytes', async (t) => {
  const second = fileOf('second.log', '2026-01-01 00:00:01 second\n')
  for (const character of ['\u00b7', '\u2502', '\u00a0', '\u2192', '🚀']) {
    const behind = fileOf(
      'behind.log',
      `2026-01-01 00:00:00${character}first\n2026-01-01 00:00:02${character}third\n`,
    )
    const before = fileOf(
      'before.log',
      `${character}2026-01-01 00:00:00 first\n${character}2026-01-01 00:00:02 third\n`,
    )
    for (const file of [behind, before]) {
      const { text, errors } = await cli(['merge', file, second])
      t.equal(errors, '')
      t.match(text, /first\n.*second\n.*third\n$/, character)
    }
  }
  const minus = fileOf('minus.log', '2026-01-01 00:00:00 GMT\u22128 x\n')
  t.match((await cli(['merge', minus])).errors, /no line has a time/)
  const explained = (await cli(['merge', '--explain', fileOf('dot.log', '\u25ba2026-01-01 00:00:00 x\n')]))
    .text
  t.match(explained, /date and time +UTC +2026-01-01T00:00:00\.000Z/)
  for (const name of ['größe', 'gr\\u00f6\\u00dfe']) {
    const json = fileOf('json.log', `{"${name}":"2026-01-01T00:00:00Z"}\n`)
    t.equal((await cli(['merge', '--time', 'json:größe', json])).code, 0, name)
  }
})

t.test('merge --since: a time with nothing behind it, and a day from its first moment', async (t) => {
  const since = (text: string, ...options: string[]) => cli(['merge', ...options, '--since', text, a])
  const kept = async (text: string, ...options: string[]): Promise<number> =>
    (await since(text, ...options)).text.split('\n').length - 1
  for (const text of ['2026-01-01T00:00:02', '2026-01-01 01:00:02+01', '2026-01-01T01:00:02 +0100'])
    t.equal(await kept(text), 4, text)
  t.equal(await kept('2025-12-31T23:00:02.5-01:00'), 1)
  t.equal(await kept('2026/01/01 00:00 UTC'), 5)
  for (const rest of [' foo', ' -05', '.5', ' Europe/Berlin', ' p.m.', ', x', 'x', ' PST', ':'])
    t.equal((await since(`2026-01-01T00:00${rest}`)).code, 2, rest)
  for (const text of ['2026-02-29', '2026-01-01T24:00', '[2026-01-01', '2026-01-01Z'])
    t.equal((await since(text)).code, 2, text)

  const spring = fileOf('spring.log', '2018-11-03 23:59:59 x\n2018-11-04 01:00:00 y\n')
  const brazil = ['merge', '--zone', 'America/Sao_Paulo']
  const { text } = await cli([...brazil, '--since', '2018-11-04', spring])
  t.equal(text, '2018-11-04 01:00:00 y\n', 'the day began at 01:00')
  t.equal((await cli([...brazil, '--since', '2018-11-04T00:00', spring])).code, 2)
  t.equal((await since('2011-12-30', '--zone', 'Pacific/Apia')).code, 2, 'a day that was skipped')
})
