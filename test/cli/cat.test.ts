import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { run } from '../../lib/cli/run.ts'
import { cli, openIo } from '../instruments/cli.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)

const jan = fileOf('jan.csv', 'id,2020,1999\n1,a,"x,y"\n')
const feb = fileOf('feb.csv.gz', gzipSync('1999;id;2020\nz;2;b\n'))
const other = fileOf('other.csv', 'id,note\n3,n\n')
const events = fileOf('events.ndjson', '{"id":1.0}\n{"id":12345678901234567890}\n')

t.test('cat: lines keep their bytes, and a missing final line end is added', async (t) => {
  const a = fileOf('a', Buffer.from('\xff\x00\r\n\n', 'latin1'))
  const b = fileOf('b.gz', gzipSync('last'))
  const { code, out } = await cli(['cat', a, b, '-'], { input: 'in' })
  t.equal(code, 0)
  t.equal(out.toString('latin1'), '\xff\x00\r\n\nlast\nin\n')
})

t.test('cat: tables are concatenated, with columns in the order of the first', async (t) => {
  const { text, errors } = await cli(['cat', jan, feb])
  t.equal(errors, '')
  t.equal(text, 'id,2020,1999\n1,a,"x,y"\n2,b,z\n')
})

t.test(
  'cat: a table from standard input is read like a file, even if it has only a header or is empty',
  async (t) => {
    const whole = await cli(['cat', '--from', 'csv', '-', jan], { input: '1999;id;2020\nz;2;b\n' })
    t.equal(whole.text, '1999,id,2020\nz,2,b\n"x,y",1,a\n')
    t.equal((await cli(['cat', '--from', 'csv', '-'], { input: 'a;b' })).text, 'a,b\n')
    t.equal((await cli(['cat', '--from', 'csv', '-'])).text, '')
    t.equal((await cli(['cat', jan, fileOf('empty.csv', '')])).text, 'id,2020,1999\n1,a,"x,y"\n')
  },
)

t.test(
  'cat: if the columns of a table differ, that is an error and nothing is printed; --union outputs all columns',
  async (t) => {
    const extra = await cli(['cat', jan, other])
    t.same(
      { ...extra, out: undefined },
      {
        code: 1,
        out: undefined,
        text: '',
        errors: `fanpipe: ${other}: column note is not in ${jan}: give --union\n`,
      },
    )
    const part = fileOf('part.csv', 'id,2020\n')
    t.equal(
      (await cli(['cat', jan, part])).errors,
      `fanpipe: ${part}: no column 1999, which is in ${jan}: give --union\n`,
    )
    t.equal((await cli(['cat', '--union', jan, other])).text, 'id,2020,1999,note\n1,a,"x,y",\n3,,,n\n')
  },
)

t.test(
  'cat --to: tables as NDJSON and with tabs, NDJSON as a table or unchanged, anything as lines',
  async (t) => {
    t.equal(
      (await cli(['cat', '--to', 'ndjson', other, events])).text,
      `{"id":"3","note":"n"}\n${readFileSync(events)}`,
    )
    t.equal((await cli(['cat', '--to', 'tsv', other])).text, 'id\tnote\n3\tn\n')
    t.equal((await cli(['cat', fileOf('t.tsv', 'a\tb\n1\t2\n')])).text, 'a\tb\n1\t2\n')
    t.equal((await cli(['cat', '--to', 'csv', fileOf('x.jsonl', '{"id":1,"n":null}\n')])).text, 'id,n\n1,\n')
    t.equal(
      (await cli(['cat', '--from', 'ndjson', '--to', 'csv', '-'], { input: '{"id":1}' })).text,
      'id\n1\n',
    )
    t.equal(
      (await cli(['cat', '--to', 'lines', jan, other])).text,
      `${readFileSync(jan)}${readFileSync(other)}`,
    )
  },
)

t.test('cat: NDJSON numbers keep their digits in a table', async (t) => {
  const line =
    '{"id":12345678901234567890, "p":[1] ,"price" : 1.10,"n":-0,"e\\u0301":1e400,"s":"1.0","t":true,"id":1.50}'
  const path = fileOf('numbers.ndjson', `${line.replace('[1]', 'null')}\n`)
  const { text, errors } = await cli(['cat', '--to', 'csv', path])
  t.equal(errors, '')
  t.equal(text, 'id,p,price,n,e\u0301,s,t\n1.50,,1.10,-0,1e400,1.0,true\n')
  const digits = '{"id":12345678901234567890}'
  t.equal(
    (await cli(['cat', '--from', 'ndjson', '--to', 'csv', '-'], { input: digits })).text,
    `id\n${digits.slice(6, -1)}\n`,
  )
  const nested = fileOf('nested.ndjson', '{"o":{"n": 1.0, "s":"a"},"l":[1,"b"],"e":{}}\n{"o":[]}\n')
  const table = 'o,l,e\n"{""n"": 1.0, ""s"":""a""}","[1,""b""]",{}\n[],,\n'
  t.equal((await cli(['cat', '--to', 'csv', nested])).text, table)
  const list = await cli(['cat', '--from', 'ndjson', '--to', 'csv', '-'], { input: '[1]' })
  t.match(list.errors, 'is not an object with columns')
})

t.test('cat, split: columns keep their order, even if their names are integers', async (t) => {
  const years = fileOf('years.ndjson', '\n {"b":1,"2020":"x","1999":2,"b":3}\n{"1999":4,"b":5}\n')
  const table = 'b,2020,1999\n3,x,2\n5,,4\n'
  t.equal((await cli(['cat', '--to', 'csv', years])).text, table)
  t.equal((await cli(['cat', '--to', 'csv', fileOf('none.ndjson', ''), years])).text, table)
  const input = readFileSync(years, 'utf8')
  const piped = ['cat', '--from', 'ndjson', '--to', 'csv', '-']
  t.equal((await cli(piped, { input })).text, table)
  t.equal(
    (await cli([...piped, '--encoding', 'utf-16le'], { input: Buffer.from(input, 'utf16le') })).text,
    table,
  )
  const csv = fileOf('years.csv', '2020,__proto__,1999\n"é",2,3\n4,5,6,7\n8\n')
  const rows = [
    '{"2020":"é","__proto__":"2","1999":"3"}\n',
    '{"2020":"4","__proto__":"5","1999":"6","_3":"7"}\n',
    '{"2020":"8"}\n',
  ]
  t.equal((await cli(['cat', '--ragged', '--to', 'ndjson', csv])).text, rows.join(''))
  t.equal((await cli(['split', '--ragged', '--by', '2020', join(dir, 'years-{}.ndjson'), csv])).errors, '')
  t.equal(readFileSync(join(dir, 'years-4.ndjson'), 'utf8'), rows[1])
  const empty = await cli(piped, { input: '{}' })
  t.equal(empty.errors, 'fanpipe: standard input, line 1: the first row has no columns\n')
  for (const bad of ['["a","b"]', '{"a"', '"a":1'])
    t.match((await cli(piped, { input: bad })).errors, /^fanpipe: standard input, line 1/, bad)
})

t.test('cat, split: no row of a table or NDJSON from a pipe is lost', async (t) => {
  const through = async (name: string, content: string, args: readonly string[]) => {
    const fifo = join(dir, name)
    execFileSync('mkfifo', [fifo])
    // It keeps the pipe open.
    const writer = execFile('/bin/sh', ['-c', `exec 3>'${fifo}'; printf '${content}' >&3; exec sleep 0.5`])
    const outcome = await cli([...args, fifo])
    writer.kill()
    return outcome
  }
  t.equal((await through('p1', 'id\n1\n2\n', ['cat', '--from', 'csv'])).text, 'id\n1\n2\n')
  const rows = await through('p2', '{"id":1}\n{"id":2}\n', ['cat', '--from', 'ndjson', '--to', 'csv'])
  t.equal(rows.text, 'id\n1\n2\n')
  t.match(
    (await through('p3', 'id,n\n1\n', ['cat', '--from', 'csv'])).errors,
    /^fanpipe: \S+p3, row 2: 1 cell, but 2 columns; give --ragged to read such rows\n$/,
  )
  t.match(
    (await through('p4', 'id,id\n1,2\n', ['cat', '--from', 'csv'])).errors,
    /^fanpipe: \S+p4, row 1: two columns have the name "id"\n$/,
  )
  const parts = join(dir, 'piped-{}.csv')
  await through('p5', 'id,n\n1,a\n', ['split', '--from', 'csv', '--by', 'id', parts])
  t.equal(readFileSync(parts.replace('{}', '1'), 'utf8'), 'id,n\n1,a\n')
})

t.test('cat: file extensions may be in upper case', async (t) => {
  t.equal(
    (await cli(['cat', fileOf('UPPER.CSV', 'id\n1\n'), fileOf('UPPER.2.Csv', 'id\n2\n')])).text,
    'id\n1\n2\n',
  )
})

t.test(
  'cat: bytes that are not UTF-8 are an error in tables and NDJSON unless --encoding is given',
  async (t) => {
    const table = fileOf('latin1.csv', Buffer.from('id,caf\xe9\n1,\xe8\n', 'latin1'))
    const json = fileOf('latin1.ndjson', Buffer.from('{"id":"\xe9"}\n', 'latin1'))
    const wide = fileOf('wide.csv', Buffer.from('\uFEFFid;x\n1;é\n', 'utf16le'))
    for (const [args, header] of [
      [[table], ''],
      [['--to', 'ndjson', table], ''],
      [['--to', 'csv', json], 'id\n'],
    ] as const) {
      const { code, text, errors } = await cli(['cat', ...args])
      t.same([code, text], [1, header])
      t.match(errors, /latin1\.(csv|ndjson).* line [12]: .*give --encoding, such as --encoding latin1\n$/)
    }
    t.equal((await cli(['cat', '--encoding', 'latin1', table])).text, 'id,café\n1,è\n')
    t.equal(
      (await cli(['cat', '--encoding', 'latin1', '--to', 'ndjson', table])).text,
      '{"id":"1","café":"è"}\n',
    )
    t.equal((await cli(['cat', '--encoding', 'latin1', json])).text, '{"id":"é"}\n')
    t.equal((await cli(['cat', '--encoding', 'latin1', '--to', 'csv', json])).text, 'id\né\n')
    t.equal((await cli(['cat', json])).out.toString('latin1'), '{"id":"\xe9"}\n', 'lines are unchanged')
    t.match(
      (await cli(['cat', wide])).errors,
      'wide.csv, line 1: the text begins with the byte order mark of UTF-16LE (fffe): give --encoding utf-16le\n',
    )
    t.equal((await cli(['cat', '--encoding', 'utf-16le', wide])).text, 'id,x\n1,é\n')
  },
)

t.test('cat: --separator, --quote and --ragged read non-standard tables', async (t) => {
  const unclear = fileOf('unclear.csv', 'a,b;c\n1,2;3\n')
  t.match((await cli(['cat', unclear])).errors, /could be the separator.*: give --separator\n$/)
  t.equal((await cli(['cat', '--separator', ';', unclear])).text, '"a,b",c\n"1,2",3\n')
  t.equal((await cli(['cat', '--separator', '\\t', fileOf('tabs', 'x'), '--from', 'csv'])).text, 'x\n')
  const inches = fileOf('inches.csv', 'id,size\n1,5" pipe\n')
  t.match((await cli(['cat', inches])).errors, /or give --quote none if quotes are plain text\n$/)
  t.equal((await cli(['cat', '--quote', 'none', inches])).text, 'id,size\n1,"5"" pipe"\n')
  t.equal((await cli(['cat', '--quote', "'", fileOf('single.csv', "a,b\n'1,2',3\n")])).text, 'a,b\n"1,2",3\n')
  const ragged = fileOf('rows.csv', 'a,b\n1\n1,2,3\n')
  t.match(
    (await cli(['cat', ragged])).errors,
    /row 2: 1 cell, but 2 columns; give --ragged to read such rows\n$/,
  )
  t.equal(
    (await cli(['cat', '--ragged', '--to', 'ndjson', ragged])).text,
    '{"a":"1"}\n{"a":"1","b":"2","_2":"3"}\n',
  )
  t.match(
    (await cli(['cat', '--ragged', ragged])).errors,
    /row 3, column "_2": .*: only NDJSON can hold it, so make that the output\n$/,
  )
})

t.test('cat: a row or a line may have 16 MiB', async (t) => {
  const long = 'x'.repeat(2 ** 23)
  const table = fileOf('long.csv', `a\n${long}\n`)
  t.equal((await cli(['cat', table])).out.length, 2 + long.length + 1)
  t.equal((await cli(['cat', '-'], { input: long })).out.length, long.length + 1)
  t.match(
    (await cli(['cat', '-'], { input: long + long + 'x' })).errors,
    /line 1: longer than 16 MiB: check whether it is a file of lines\n$/,
  )
})

t.test(
  'cat --output: the file is either complete or not created, and gzipped if its name ends in .gz',
  async (t) => {
    const out = join(dir, 'all.csv.gz')
    t.equal((await cli(['cat', '-o', out, jan, feb])).code, 0)
    t.equal(gunzipSync(readFileSync(out)).toString(), 'id,2020,1999\n1,a,"x,y"\n2,b,z\n')
    const ragged = fileOf('ragged.csv', 'id,2020,1999\n1\n')
    const never = join(dir, 'never.csv')
    const { code, errors } = await cli(['cat', '-o', never, jan, ragged])
    t.equal(code, 1)
    t.match(errors, `fanpipe: ${ragged}`)
    t.notOk(existsSync(never))
  },
)

t.test('cat: errors name the file and the problem', async (t) => {
  const missing = join(dir, 'nope.csv')
  t.equal((await cli(['cat', jan, missing])).errors, `fanpipe: ${missing}: no such file or directory\n`)
  t.equal((await cli(['cat', dir])).errors, `fanpipe: ${dir}: is a directory: name the files in it\n`)
  const twice = fileOf('twice.csv', 'a,a\n1,2\n')
  const { code, errors } = await cli(['cat', twice])
  t.equal(code, 1)
  t.equal(errors, `fanpipe: ${twice}, row 1: two columns have the name "a"\n`)
  const full = await cli(['cat', '-o', '/dev/full', jan])
  t.equal(full.code, 1)
  t.match(full.errors, /no space left on device/)
})

t.test(
  'cat: a file that shrinks while it is being read is printed up to its new end, and is an error',
  async (t) => {
    const content = '0123456789\n'.repeat(400_000)
    const path = fileOf('shrinking.log', content)
    const io = openIo()
    const { stdout } = io
    const running = run(['cat', path], io)
    const taken = new Promise<string>((resolve) => {
      let text = ''
      stdout.once('data', () => truncateSync(path, 5))
      stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
      void running.then(() => setImmediate(() => resolve(text)))
    })
    t.equal(await running, 1)
    t.equal(
      io.stderr.read()?.toString(),
      `fanpipe: ${path}: was truncated while it was read: copy it first\n`,
    )
    const text = await taken
    t.ok(text.length < content.length && text.length > 0, `${text.length} characters`)
    t.ok(content.startsWith(text.slice(0, text.lastIndexOf('\n'))))
  },
)

t.test('cat: ends silently if its reader exits; an error on standard output is named', async (t) => {
  for (const [code, expected, message] of [
    ['EPIPE', 0, ''],
    ['ENOSPC', 1, 'fanpipe: standard output: no space left on device\n'],
  ] as const) {
    const error = Object.assign(new Error(code), { code, errno: -28, syscall: 'write' })
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(error) })
    const io = { ...openIo(), stdout }
    t.equal(await run(['cat', jan], io), expected)
    t.equal(String(io.stderr.read() ?? ''), message)
  }
})

t.test('cat: Ctrl-C exits with 130', async (t) => {
  const io = openIo()
  const running = run(['cat', '-'], io)
  io.stop.abort()
  t.equal(await running, 130)
})

t.test('cat: progress is shown on a terminal only', async (t) => {
  const big = fileOf('big.log', 'x\n'.repeat(2000))
  const out = join(dir, 'big.out')
  t.equal((await cli(['cat', '-o', out, big])).errors, '')
  t.match(
    (await cli(['cat', '-o', out, big], { isTerminal: true })).errors,
    /3\.9 KiB, 2000 lines, \S+ [KMG]iB\/s/,
  )
})

t.test('cat: invalid command lines exit with 2 and say why', async (t) => {
  const log = fileOf('x.log', 'x\n')
  for (const [args, message] of [
    [[], 'no file given; - is standard input'],
    [['-', '-'], '- can be given once'],
    [[''], 'the name of a file is empty'],
    [['-o', '', log], '--output is empty: give its value'],
    [['-o', '-', log], '--output -: leave it out for standard output, or give ./- for a file of this name'],
    [['--to', 'xml', log], '--to xml: not a format: give csv, tsv, ndjson or lines'],
    [['--to', 'csv', log], `${log}: lines cannot become csv: give --from`],
    [['--union', log], '--union is for an output in CSV'],
    [['--ragged', log], '--ragged is for tables'],
    [['--separator', 'ab', jan], '--separator must be one ASCII character that is not a line end'],
    [['--encoding', 'x', log], "--encoding must be a label that TextDecoder knows, or 'binary'"],
    [['--union', jan, events], `--union: ${events} has no header that says what its columns are`],
  ] as const) {
    const { code, errors } = await cli(['cat', ...args])
    t.equal(code, 2, message)
    t.equal(errors, `fanpipe: ${message}\nfanpipe cat --help tells how it is used\n`)
  }
})
