import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { run } from '../../lib/cli/run.ts'
import { cli, openIo } from '../instruments/cli.ts'
import { folder } from '../instruments/files.ts'

const { dir, fileOf } = folder(t)
let count = 0
/** Returns a new folder for each run. */
const outIn = () => {
  const out = join(dir, `out-${count++}`)
  return {
    out,
    pattern: join(out, '{}'),
    written: (): Record<string, string> =>
      Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')])),
  }
}

const orders = fileOf('orders.csv', 'country,note\nDE,"a,b"\nFR,c\nDE,é\n')

t.test('split: writes a table for each value of a column, each with the header', async (t) => {
  const { pattern, written } = outIn()
  const more = fileOf('more.csv.gz', gzipSync('note;country\nd;FR\n'))
  const { code, text, errors } = await cli(['split', '--by', 'country', `${pattern}.csv`, orders, more])
  t.equal(errors, '')
  t.same([code, text], [0, ''])
  t.same(written(), { 'DE.csv': 'country,note\nDE,"a,b"\nDE,é\n', 'FR.csv': 'country,note\nFR,c\nFR,d\n' })
})

t.test('split: writes rows as NDJSON or with tabs, depending on the extension of the pattern', async (t) => {
  const json = outIn()
  await cli(['split', '--by', 'country', `${json.pattern}.ndjson`, orders])
  t.equal(json.written()['FR.ndjson'], '{"country":"FR","note":"c"}\n')
  const tabs = outIn()
  await cli(['split', '--by', 'country', '--from', 'csv', `${tabs.pattern}.tsv`], {
    input: readFileSync(orders),
  })
  t.equal(tabs.written()['FR.tsv'], 'country\tnote\nFR\tc\n')
})

t.test('split: splits lines by a column, a group or a JSON member, with unchanged bytes', async (t) => {
  const columns = outIn()
  await cli(['split', '--by', '2', columns.pattern], { input: 'x a\r\ny b\nz a' })
  t.same(columns.written(), { a: 'x a\r\nz a\n', b: 'y b\n' })
  const groups = outIn()
  await cli(['split', '--by', '/id=(\\w)/', groups.pattern], { input: 'id=1 x\nid=2\nid=1' })
  t.same(groups.written(), { '1': 'id=1 x\nid=1\n', '2': 'id=2\n' })
  const members = outIn()
  const events = fileOf('e.ndjson', '{"u":{"n":"\\u00e9"}, "x":1.0}\n{"u":{"n":"é"}}\n{"u":{"n":7}}\n')
  await cli(['split', '--by', 'u.n', members.pattern, events])
  t.same(members.written(), {
    é: '{"u":{"n":"\\u00e9"}, "x":1.0}\n{"u":{"n":"é"}}\n',
    '7': '{"u":{"n":7}}\n',
  })
})

t.test('split: many recurring values, with at most 64 open files', async (t) => {
  const { out, pattern, written } = outIn()
  const ids = Array.from({ length: 150 }, (_, i) => `${i}`)
  const input = [...ids, ...ids].map((id) => `${id},x\n`).join('')
  const running = cli(['split', '--by', 'id', '--from', 'csv', `${pattern}.csv`], { input: `id,x\n${input}` })
  let most = 0
  const timer = setInterval(() => (most = Math.max(most, openIn(out))), 5)
  t.equal((await running).code, 0)
  clearInterval(timer)
  t.ok(most > 0 && most <= 64, `${most} open files`)
  const files = written()
  t.equal(Object.keys(files).length, 150)
  for (const id of ['0', '77', '149']) t.equal(files[`${id}.csv`], `id,x\n${id},x\n${id},x\n`)
})

const openIn = (folder: string): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder)
    } catch {
      return false
    }
  }).length

t.test(
  'split: no value can escape the folder, and two values that map to the same file are an error',
  async (t) => {
    const { pattern, written } = outIn()
    await cli(['split', '--by', 'v', '--from', 'csv', pattern], {
      input: 'v,n\n../x,1\n..,2\n"",3\n"a\0b",4\n$&,6\n',
    })
    t.same(Object.keys(written()).sort(), ['$&', '.._x', '_', '__', 'a_b'].sort())
    const { code, errors } = await cli(['split', '--by', '1', pattern], { input: 'x/y\nx_y\n' })
    t.equal(code, 1)
    t.equal(
      errors,
      `fanpipe: ${pattern.replace('{}', 'x_y')}: would be the file of two values, "x/y" and "x_y"\n`,
    )
  },
)

t.test('split: an existing file is an error unless --force is given', async (t) => {
  const { out, pattern, written } = outIn()
  mkdirSync(out)
  const args = ['split', '--by', '1', pattern]
  t.equal((await cli(args, { input: 'a 1\n' })).code, 0)
  const { code, errors } = await cli(args, { input: 'a 2\n' })
  t.equal(code, 1)
  t.equal(errors, `fanpipe: ${join(out, 'a')}: exists already: give --force to overwrite it\n`)
  t.same(written(), { a: 'a 1\n' })
  t.equal((await cli([...args, '--force'], { input: 'a 2\n' })).code, 0)
  t.same(written(), { a: 'a 2\n' })
})

t.test('split: an input file is never overwritten', async (t) => {
  const content = 'same.log x\n'
  const input = fileOf('same.log', content)
  const { code, errors } = await cli(['split', '--by', '1', '--force', join(dir, '{}'), input])
  t.equal(code, 1)
  t.equal(errors, `fanpipe: ${input}: is one of the files to split\n`)
  t.equal(readFileSync(input, 'utf8'), content)
  const link = join(dir, 'link.log')
  symlinkSync(input, link)
  t.match(
    (await cli(['split', '--by', '1', '--force', join(dir, '{}'), link])).errors,
    'is one of the files to split',
  )
  t.equal(readFileSync(input, 'utf8'), content)
})

t.test('split: the error for a missing value names file and line', async (t) => {
  const log = fileOf('log', 'id=1\nnone\n')
  const line = await cli(['split', '--by', '/id=(\\d)/', outIn().pattern, log])
  t.equal(line.code, 1)
  t.match(line.errors, `${log}, line 2: has no /id=(\\d)/: leave out such lines before\n`)
  const column = await cli(['split', '--by', 'city', outIn().pattern, orders])
  t.equal(column.errors, `fanpipe: ${orders}: no column city; its columns are country, note\n`)
  t.equal((await cli(['split', '--by', 'city', '--from', 'csv', outIn().pattern])).code, 0)
})

t.test('split: values that differ in bytes that are not UTF-8 never share a file', async (t) => {
  const { pattern } = outIn()
  const log = fileOf('latin1.log', Buffer.from('x caf\xe9\nx caf\xe8\n', 'latin1'))
  const { code, errors } = await cli(['split', '--by', '2', pattern, log])
  t.equal(code, 1)
  t.match(
    errors,
    `${log}, line 1: column 2 is not UTF-8, and cannot name a file: give --encoding, such as --encoding latin1\n`,
  )
  t.equal((await cli(['split', '--by', '1', pattern, log])).code, 0, 'other columns do not matter')
  t.equal((await cli(['split', '--by', '2', outIn().pattern], { input: 'x \uFFFD\n' })).code, 0)
})

t.test('split: 64-bit ids that are JSON numbers do not share a file', async (t) => {
  const { pattern, written } = outIn()
  const lines = [
    '{"id":9007199254740993}\n',
    '{"id":9007199254740992}\n',
    '{"id": 9007199254740993 }\n',
    '{"id":1e20}\n',
  ]
  await cli(['split', '--by', 'id', pattern], { input: lines.join('') })
  t.same(written(), {
    '9007199254740993': `${lines[0]}${lines[2]}`,
    '9007199254740992': lines[1],
    '100000000000000000000': lines[3],
  })
})

t.test('split --encoding: the input is decoded and written as UTF-8', async (t) => {
  const rows = outIn()
  const table = fileOf('latin1.csv', Buffer.from('city\n\xc5rhus\n', 'latin1'))
  t.match((await cli(['split', '--by', 'city', rows.pattern, table])).errors, /line 2: .*give --encoding/)
  await cli(['split', '--by', 'city', '--encoding', 'latin1', `${rows.pattern}.csv`, table])
  t.equal(rows.written()['Århus.csv'], 'city\nÅrhus\n')
  const lines = outIn()
  await cli(['split', '--by', '1', '--encoding', 'latin1', lines.pattern], {
    input: Buffer.from('\xc5 x\n', 'latin1'),
  })
  t.same(lines.written(), { Å: 'Å x\n' })
})

t.test('split: tables whose columns differ need --union', async (t) => {
  const { pattern, written } = outIn()
  const other = fileOf('other.csv', 'country,x\nFR,1\n')
  const args = ['split', '--by', 'country', `${pattern}.csv`, orders, other]
  t.match((await cli(args)).errors, `${other}: column x is not in ${orders}: give --union`)
  t.equal((await cli([...args, '--union'])).code, 0)
  t.equal(written()['FR.csv'], 'country,note,x\nFR,c,\nFR,,1\n')
})

t.test('split: exits with 1 if a file cannot be read or written, with 130 on Ctrl-C', async (t) => {
  const nope = join(dir, 'nope')
  t.equal(
    (await cli(['split', '--by', '1', outIn().pattern, nope])).errors,
    `fanpipe: ${nope}: no such file or directory\n`,
  )
  t.match((await cli(['split', '--by', '1', `${orders}/{}`], { input: 'x\n' })).errors, `fanpipe: ${orders}`)
  t.notOk(existsSync(nope))
  t.equal(
    (await cli(['split', '--by', '1', '--force', '/dev/{}'], { input: 'full\n' })).errors,
    'fanpipe: /dev/full: no space left on device\n',
  )
  const io = openIo()
  const running = run(['split', '--by', '1', outIn().pattern], io)
  setImmediate(() => io.stop.abort())
  t.equal(await running, 130)
})

t.test('split: progress is shown on a terminal', async (t) => {
  const { errors } = await cli(['split', '--by', '1', outIn().pattern], { input: 'a\nb\n', isTerminal: true })
  t.match(errors, '4 bytes, 2 lines')
})

t.test('split: invalid command lines exit with 2 and say why', async (t) => {
  for (const [args, message] of [
    [['{}'], 'no field given to split by: give --by FIELD'],
    [['--by', '1'], "no name given for the files, such as 'out/{}.csv'"],
    [['--by', '1', 'out'], 'out: has no {}, which stands for the value'],
    [['--by', '1', '{}.gz'], '{}.gz: the files are not gzipped: leave out .gz'],
    [['--by', '1', '{}', '-', '-'], '- can be given once'],
    [['--by', '/(/', '{}'], '--by /(/ cannot be used: give a regular expression'],
    [['--by', '1', '--from', 'x', '{}'], '--from x: not a format: give csv, tsv, ndjson or lines'],
    [['--by', '1', '{}', orders, '-'], 'tables cannot be split together with other files: give --from'],
  ] as const) {
    const { code, errors } = await cli(['split', ...args])
    t.equal(code, 2, message)
    t.equal(errors, `fanpipe: ${message}\nfanpipe split --help tells how it is used\n`)
  }
})
