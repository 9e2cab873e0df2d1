/**
 * `npm run mutants [-- WORD]`: applies each deliberate fault alone, to a copy of the built library, and runs the laws and contracts
 * that should detect it. Fails if a fault survives or no longer applies.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { mutants, type Mutant } from './mutants.ts'

const ROOT = process.cwd()
const BUILT = join(ROOT, '.build/test')
/** In milliseconds, after which a test counts as failed; ten times what a test takes on an idle machine. */
const TIMEOUT = 120_000

/** The outcome of a run: green, or the test that failed first; undefined if the run did not even start. */
type Outcome = { readonly green: true } | { readonly green: false; readonly test: string | undefined }

class Sandbox {
  readonly dir = mkdtempSync(join(tmpdir(), 'fanpipe-mutants-'))

  constructor() {
    for (const part of ['lib', 'test']) cpSync(join(BUILT, part), join(this.dir, part), { recursive: true })
    cpSync(join(ROOT, 'package.json'), join(this.dir, 'package.json'))
    symlinkSync(join(ROOT, 'node_modules'), join(this.dir, 'node_modules'))
  }

  /** Writes the file without a fault. */
  restore(file: string): void {
    this.write(file, readFileSync(join(ROOT, file), 'utf8'))
  }

  write(file: string, source: string): void {
    const { outputText } = ts.transpileModule(source, { compilerOptions, fileName: file })
    writeFileSync(join(this.dir, file.replace(/\.ts$/, '.js')), outputText)
  }

  run(test: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const child = spawn(
        process.execPath,
        ['--no-warnings', '--max-old-space-size=1024', join(this.dir, test.replace(/\.ts$/, '.js'))],
        {
          cwd: this.dir,
          env: { ...process.env, TAP_BAIL: '1', TAP_TIMEOUT: String(TIMEOUT / 1000) },
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      )
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
      const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT)
      child.once('close', (code, signal) => {
        clearTimeout(timer)
        if (code === 0) resolve({ green: true })
        else resolve({ green: false, test: failing(output, signal !== null) })
      })
    })
  }

  close(): void {
    rmSync(this.dir, { recursive: true })
  }
}

const { config } = ts.readConfigFile('tsconfig.json', (path) => readFileSync(path, 'utf8')) as {
  config: { compilerOptions: object }
}
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT)
// A single file does not show that its package uses ES modules.
const compilerOptions: ts.CompilerOptions = {
  ...options,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
}

/** The title of the test that failed first, or that was running. */
function failing(output: string, hangs: boolean): string | undefined {
  const [before = ''] = output.split(/^ +not ok/m)
  const running = [...before.matchAll(/^# Subtest: (.*)$/gm)].at(-1)?.[1]
  return running === undefined || !hangs ? running : `${running} (hangs)`
}

/** The text with the fault; undefined if it does not apply, or not in exactly one place. */
function faulty({ file, find, replace }: Mutant): string | undefined {
  const source = readFileSync(join(ROOT, file), 'utf8')
  const parts = source.split(find)
  return parts.length === 2 ? parts.join(replace) : undefined
}

async function work(sandbox: Sandbox, queue: Mutant[], bad: string[]): Promise<void> {
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const { what, file, kills } = mutant
    const source = faulty(mutant)
    if (source === undefined) {
      bad.push(`${what}: no longer applies to ${file}`)
      console.log(`NOT FOUND  ${what} (${file})`)
      continue
    }
    sandbox.write(file, source)
    let killer: string | undefined
    for (const test of kills) {
      const outcome = await sandbox.run(test)
      if (outcome.green || outcome.test === undefined) continue
      killer = `${test}: ${outcome.test}`
      break
    }
    sandbox.restore(file)
    if (killer === undefined) bad.push(`${what}: survives in ${file}`)
    console.log(
      killer === undefined ? `SURVIVES   ${what} (${file})` : `killed     ${what}\n           by ${killer}`,
    )
  }
}

const [word] = process.argv.slice(2)
const chosen = mutants.filter(({ what, file }) => word === undefined || `${what} ${file}`.includes(word))
const sandboxs = Array.from({ length: Math.min(2, availableParallelism()) }, () => new Sandbox())
const bad: string[] = []
try {
  const [first] = sandboxs as [Sandbox]
  for (const { file } of chosen) first.restore(file)
  // Every test has to be green without a fault, or the kills mean nothing.
  for (const test of new Set(chosen.flatMap(({ kills }) => kills))) {
    const outcome = await first.run(test)
    if (!outcome.green)
      bad.push(`${test} fails without any fault: ${outcome.test ?? 'it does not even start'}`)
  }
  if (bad.length === 0) {
    const queue = [...chosen]
    await Promise.all(sandboxs.map((sandbox) => work(sandbox, queue, bad)))
  }
} finally {
  for (const sandbox of sandboxs) sandbox.close()
}
for (const line of bad) console.error(line)
console.log(`${chosen.length} deliberate faults, ${bad.length} of them not noticed`)
if (bad.length > 0 || chosen.length === 0) process.exitCode = 1
