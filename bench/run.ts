/** Asks the questions, all or those named: `npm run bench [-- NAME…]`. */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Question, Seen } from './instruments.ts'

const ROUNDS = 7
const here = import.meta.dirname
const wanted = process.argv.slice(2)
const files = readdirSync(join(here, 'questions'))
  .filter(
    (file) => file.endsWith('.js') && (wanted.length === 0 || wanted.some((name) => file.includes(name))),
  )
  .map((file) => join(here, 'questions', file))

console.log(
  `Node ${process.version}, ${ROUNDS} rounds, every way in a process of its own; ns an item, median (least … most)`,
)
for (const file of files) {
  const { question } = (await import(pathToFileURL(file).href)) as { question: Question }
  const names = Object.keys(question.ways)
  const rounds = Array.from({ length: ROUNDS }, () => names.map((name) => once(file, name)))
  const checks = new Set(rounds.flat().map(({ items, checksum }) => `${items} items, checksum ${checksum}`))
  if (checks.size !== 1) throw new Error(`${question.title}: the ways differ: ${[...checks].join(' and ')}`)
  console.log(`\n${question.title} (${[...checks][0]})`)
  for (const [i, name] of names.entries()) {
    const times = rounds.map((round) => round[i]?.ns ?? NaN)
    const ratios = rounds.map((round) => (round[i]?.ns ?? NaN) / (round[0]?.ns ?? NaN))
    const spread = `${Math.min(...times).toFixed(0)} … ${Math.max(...times).toFixed(0)}`
    console.log(
      `  ${name.padEnd(22)} ${median(times).toFixed(0).padStart(6)} (${spread})`.padEnd(56) +
        (i === 0 ? '' : `${median(ratios).toFixed(2)} of fanpipe's`),
    )
  }
}

function once(file: string, name: string): Seen & { ns: number } {
  const args = [join(here, 'way.js'), file, name]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Seen & { ns: number }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN
}
