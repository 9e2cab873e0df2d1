/** Tests `npm run release` in a temporary repository, where npm calls are only logged and never run. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { nextVersion, parseArguments, releasedChangelog, unreleasedNotes } from '../../.ci/release/plan.ts'
import { release } from '../../.ci/release/release.ts'

const CHANGELOG = `# Changelog

## Unreleased

### Fixed

- A bug.

## 0.1.0

The first version.
`

/** Creates a repository on `main` with one commit, and reports what a release did there. */
function repository(
  t: Test,
  { branch = 'main', changelog = CHANGELOG, repository = 'git+https://example.org/somewhere.git' } = {},
) {
  const manifest = { name: 'somewhere', version: '0.1.0', ...(repository !== '' && { repository }) }
  const dir = t.testdir({
    'package.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
    'package-lock.json':
      '{\n  "version": "0.1.0",\n  "packages": {\n    "": {\n      "version": "0.1.0"\n    }\n  }\n}\n',
    'CHANGELOG.md': changelog,
  })
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: dir, encoding: 'utf8' })
  git('init', '--quiet', '--initial-branch', branch)
  git('config', 'user.name', 'Somebody')
  git('config', 'user.email', 'somebody@example.org')
  for (const kind of ['commit', 'tag']) git('config', `${kind}.gpgsign`, 'false')
  git('add', '.')
  git('commit', '--quiet', '--message', 'The first')
  const shown: string[] = []
  let printed = ''
  const run = (...args: string[]): void =>
    release(args, {
      dir,
      date: '2026-01-31',
      print: (line) => void (printed += `${line}\n`),
      capture: (command, ...args) => execFileSync(command, args, { cwd: dir, encoding: 'utf8' }),
      show: (command, ...args) => void shown.push([command, ...args].join(' ')),
    })
  const read = (file: string): string => readFileSync(join(dir, file), 'utf8')
  return { dir, git, run, read, shown, printed: () => printed }
}

t.test('the next version', async (t) => {
  t.equal(nextVersion('1.2.3', 'patch'), '1.2.4')
  t.equal(nextVersion('1.2.3', 'minor'), '1.3.0')
  t.equal(nextVersion('1.2.3', 'major'), '2.0.0')
  t.equal(nextVersion('0.9.9', 'minor'), '0.10.0')
  t.throws(() => nextVersion('1.0.0-rc.1', 'patch'), { message: /1\.0\.0-rc\.1, not of the form/ })
})

t.test('arguments: one of three words, and --yes in any position', async (t) => {
  t.strictSame(parseArguments(['minor']), { bump: 'minor', yes: false })
  t.strictSame(parseArguments(['--yes', 'patch']), { bump: 'patch', yes: true })
  for (const args of [[], ['--yes'], ['1.0.0'], ['minor', 'patch'], ['minor', '--force']])
    t.throws(() => parseArguments(args), { message: /^usage: /, exitCode: 2 }, args.join(' '))
})

t.test('the changelog: finds the notes of the next version, wherever they are', async (t) => {
  t.equal(unreleasedNotes(CHANGELOG), '### Fixed\n\n- A bug.')
  t.equal(unreleasedNotes('## Unreleased\n\n- The only one.\n'), '- The only one.')
  t.throws(() => unreleasedNotes('# Changelog\n'), { message: /no section/ })
  for (const empty of ['', '\n### Added\n'])
    t.throws(() => unreleasedNotes(`## Unreleased\n${empty}\n## 0.1.0\n\n- Old.\n`), { message: /is empty/ })
  t.equal(
    releasedChangelog(CHANGELOG, '0.1.1', '2026-01-31'),
    CHANGELOG.replace('## Unreleased\n', '## Unreleased\n\n## 0.1.1 - 2026-01-31\n'),
  )
  t.throws(() => releasedChangelog(CHANGELOG, '0.1.0', '2026-01-31'), {
    message: /section for 0\.1\.0 already/,
  })
  const ours = readFileSync('CHANGELOG.md', 'utf8')
  t.match(releasedChangelog(ours, '9.9.9', '2026-01-31'), /^## Unreleased\n\n## 9\.9\.9 - 2026-01-31\n\n\S/m)
})

t.test('without --yes nothing is written, and the package is checked', async (t) => {
  const { run, git, read, shown, printed } = repository(t)
  run('minor')
  t.match(printed(), /somewhere 0\.1\.0 -> 0\.2\.0/)
  t.match(printed(), /- A bug\./)
  t.match(printed(), /Dry run: nothing was written/)
  t.strictSame(shown, [
    'npm run --silent build',
    'npm pack --dry-run --ignore-scripts',
    'npm run --silent check:package',
  ])
  t.equal(git('status', '--porcelain'), '')
  t.equal(git('tag'), '')
  t.equal(read('CHANGELOG.md'), CHANGELOG)
})

t.test('with --yes it writes, commits and tags, and leaves publishing to a person', async (t) => {
  const { run, git, read, shown, printed } = repository(t)
  run('patch', '--yes')
  t.equal(git('status', '--porcelain'), '')
  t.equal(git('log', '-1', '--format=%s'), 'Release 0.1.1\n')
  t.equal(git('describe'), 'v0.1.1\n')
  t.match(read('package.json'), '"version": "0.1.1"')
  t.equal(read('package-lock.json').match(/"version": "0\.1\.1"/g)?.length, 2)
  t.match(read('CHANGELOG.md'), '## Unreleased\n\n## 0.1.1 - 2026-01-31\n\n### Fixed\n')
  t.match(printed(), /^ {2}git push --follow-tags$/m)
  t.notOk(shown.some((command) => command.includes('publish')))
  t.throws(() => run('patch'), { message: /"## Unreleased" of CHANGELOG\.md is empty/ })
})

t.test('if the repository URL is missing, a dry run says so and --yes writes nothing', async (t) => {
  const { run, git, printed } = repository(t, { repository: '' })
  run('minor')
  t.match(printed(), /But first: package\.json has no "repository"/)
  t.throws(() => run('minor', '--yes'), { message: /has no "repository"/, exitCode: 1 })
  t.equal(git('status', '--porcelain'), '')
  t.equal(git('tag'), '')
})

t.test('a tag publishes with provenance, and every workflow runs actions at a fixed commit', async (t) => {
  const workflows = readdirSync('.github/workflows').map((file) => join('.github/workflows', file))
  const text = readFileSync('.github/workflows/release.yml', 'utf8')
  t.match(text, /^ {2}push:\n {4}tags: \['v\*'\]$/m)
  t.match(text, /^ {6}id-token: write$/m)
  t.match(text, /^ {6}- run: \.ci\/run\n {6}- run: npm publish --provenance --access public$/m)
  const actions = workflows.flatMap((file) => readFileSync(file, 'utf8').match(/uses: .*/g) ?? [])
  t.ok(actions.length >= 4)
  for (const action of actions) t.match(action, /^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
})

t.test('all problems of the repository are reported at once, before anything runs', async (t) => {
  const { dir, run, git, shown } = repository(t, { branch: 'other' })
  git('tag', 'v1.0.0')
  writeFileSync(join(dir, 'forgotten.txt'), '')
  const said = /the branch is other: switch to main\n.*not clean[^]*forgotten\.txt\n.*tag v1\.0\.0 exists/
  t.throws(() => run('major', '--yes'), { message: said, exitCode: 1 })
  t.strictSame(shown, [])
})

t.test('breaking changes need a minor version below 1.0.0', async (t) => {
  const { run, shown } = repository(t, { changelog: CHANGELOG.replace('A bug', '**Breaking:** a name') })
  t.throws(() => run('patch'), { message: /breaking changes, so patch is too little: release a minor/ })
  t.strictSame(shown, [])
  run('minor')
  t.equal(shown.length, 3)
})

t.test('if a check of the package fails, nothing is changed', async (t) => {
  const { dir, git } = repository(t)
  const refuse = (): void =>
    release(['patch', '--yes'], {
      dir,
      date: '2026-01-31',
      print: () => undefined,
      capture: (command, ...args) => execFileSync(command, args, { cwd: dir, encoding: 'utf8' }),
      show: () => {
        throw new Error('publint says no')
      },
    })
  t.throws(refuse, { message: 'publint says no' })
  t.equal(git('status', '--porcelain'), '')
  t.equal(git('tag'), '')
})
