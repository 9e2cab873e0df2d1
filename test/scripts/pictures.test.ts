/** The pictures in `docs/pictures`, which `npm run pictures` draws from recorded runs. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lagRun, MAXLEN, policies } from '../../.ci/pictures/lag-runs.ts'
import { FOLDER, pictures } from '../../.ci/pictures/pictures.ts'
import { record, runs } from '../../.ci/pictures/runs.ts'
import * as async from '../../lib/async.ts'
import * as stages from '../../lib/stages.ts'
import { junctions } from '../instruments/junctions.ts'

t.test('the pictures are up to date with npm run pictures', async (t) => {
  const drawn = await pictures()
  t.strictSame(readdirSync(FOLDER).sort(), [...drawn.keys()].sort())
  for (const [name, svg] of drawn) t.equal(readFileSync(join(FOLDER, name), 'utf8'), svg, name)
})

t.test('every picture has colours for dark pages, has a description, and loads nothing', async (t) => {
  for (const [name, svg] of await pictures()) {
    t.match(svg, '@media(prefers-color-scheme:dark)', name)
    t.match(svg, /<title id="title">.{20,}<\/title>/, name)
    t.notMatch(
      svg.replace('xmlns="http://www.w3.org/2000/svg"', ''),
      /http|url\(|href|@import|@font-face/,
      name,
    )
    t.notMatch(svg, /NaN|undefined|Infinity/, name)
  }
})

t.test('every junction has a picture, and its caption fits', async (t) => {
  const codes = Object.values(runs).map(({ code }) => /^\w+/.exec(code)?.[0] as string)
  for (const code of codes) t.type(async[code as keyof typeof async], 'function', code)
  const names = new Set(junctions.map(({ name }) => /^\w+/.exec(name)?.[0] as string))
  for (const name of names) if (!(name in stages)) t.ok(codes.includes(name), `${name} has a picture`)
  for (const { caption } of Object.values(runs)) t.ok(caption.length <= 82, `${caption.length}: ${caption}`)
})

t.test('no marbles overlap, and every output ends', async (t) => {
  for (const [name, { start }] of Object.entries(runs)) {
    const { inputs, stages, outputs } = await record(start)
    for (const { name: row, marbles, ended } of [...inputs, ...stages, ...outputs]) {
      const ticks = marbles.map(({ tick }) => tick)
      t.equal(new Set(ticks).size, ticks.length, `${name}: ${row}`)
      t.type(ended, 'number', `${name}: ${row}`)
    }
  }
})

t.test('the lag chart shows what each policy promises', async (t) => {
  for (const policy of policies) {
    const { lags, fast, slow, dropped } = await lagRun(policy)
    const missed = [...fast.received.keys()].filter((item) => !slow.received.has(item))
    t.equal(Math.max(...lags), MAXLEN, policy)
    t.equal(fast.failed !== undefined, policy === 'fail', policy)
    t.equal(slow.failed !== undefined, policy === 'fail' || policy === 'detach', policy)
    t.equal(dropped > 0, policy.startsWith('drop-'), policy)
    t.equal(missed.length > 0, policy.startsWith('drop-') || policy === 'detach', policy)
  }
})
