/** `npm run release -- patch|minor|major [--yes]`; see CONTRIBUTING.md. */
import { execFileSync } from 'node:child_process'
import { ReleaseError } from './plan.ts'
import { release } from './release.ts'

const dir = process.cwd()

try {
  release(process.argv.slice(2), {
    dir,
    date: new Date().toISOString().slice(0, 10),
    print: (line) => console.log(line),
    capture: (command, ...args) => execFileSync(command, args, { cwd: dir, encoding: 'utf8' }),
    show(command, ...args) {
      console.log(`$ ${command} ${args.join(' ')}`)
      try {
        execFileSync(command, args, { cwd: dir, stdio: 'inherit' })
      } catch {
        throw new ReleaseError(`${command} ${args.join(' ')} failed, so nothing was written`)
      }
    },
  })
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error
  console.error(`release: ${error.message}`)
  process.exitCode = error.exitCode
}
