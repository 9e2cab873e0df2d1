/** One way of one question, timed in a process of its own: `node way.js QUESTION WAY`. Prints JSON. */
import { pathToFileURL } from 'node:url'
import type { Question } from './instruments.ts'

const [file, name] = process.argv.slice(2) as [string, string]
const { question } = (await import(pathToFileURL(file).href)) as { question: Question }
const way = question.ways[name]
if (way === undefined) throw new Error(`no such way: ${name}`)

await way()
const began = performance.now()
const seen = await way()
console.log(JSON.stringify({ ns: ((performance.now() - began) * 1e6) / seen.items, ...seen }))
