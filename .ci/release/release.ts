import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkBreaking,
  nextVersion,
  parseArguments,
  releasedChangelog,
  ReleaseError,
  unreleasedNotes,
  withVersion,
} from './plan.ts'

/** What a release needs from outside. */
export interface Workplace {
  /** The root of the repository. */
  readonly dir: string
  /** Today, as 2026-01-31. */
  readonly date: string
  print(line: string): void
  /** Runs a command and returns what it prints; throws if it fails. */
  capture(command: string, ...args: string[]): string
  /** Runs a command and shows what it prints; throws if it fails. */
  show(command: string, ...args: string[]): void
}

const FILES = ['package.json', 'package-lock.json', 'CHANGELOG.md'] as const

const NO_REPOSITORY =
  'package.json has no "repository", without which npm refuses to publish with provenance: see "Before the first release" in CONTRIBUTING.md'

/** A dry run without `--yes`: it checks everything, says what it would do, and changes no file under version control. */
export function release(args: readonly string[], workplace: Workplace): void {
  const { dir, date, print, capture, show } = workplace
  const { bump, yes } = parseArguments(args)
  const read = (file: string): string => readFileSync(join(dir, file), 'utf8')

  const manifest = JSON.parse(read('package.json')) as { name: string; version: string; repository?: unknown }
  const { name, version: current, repository } = manifest
  const version = nextVersion(current, bump)
  const tag = `v${version}`
  checkRepository(capture, tag)
  const isUnknownPlace = repository === undefined
  if (yes && isUnknownPlace) throw new ReleaseError(NO_REPOSITORY)
  const changelog = read('CHANGELOG.md')
  const notes = unreleasedNotes(changelog)
  checkBreaking(notes, current, bump)
  const changed: Record<(typeof FILES)[number], string> = {
    'package.json': withVersion(read('package.json'), version),
    'package-lock.json': withVersion(read('package-lock.json'), version),
    'CHANGELOG.md': releasedChangelog(changelog, version, date),
  }

  print(`${name} ${current} -> ${version}\n`)
  print(`CHANGELOG.md, ${version} - ${date}:\n`)
  print(`${notes}\n`)
  print('Checking the package:')
  show('npm', 'run', '--silent', 'build')
  show('npm', 'pack', '--dry-run', '--ignore-scripts')
  show('npm', 'run', '--silent', 'check:package')

  if (!yes) {
    print(`\nDry run: nothing was written. With --yes this would`)
    print(`- write ${FILES.join(', ')}`)
    print(`- commit them as "Release ${version}" and add the tag ${tag}`)
    if (isUnknownPlace) print(`\nBut first: ${NO_REPOSITORY}`)
    return
  }
  for (const file of FILES) writeFileSync(join(dir, file), changed[file])
  capture('git', 'commit', '--quiet', '--message', `Release ${version}`, '--', ...FILES)
  capture('git', 'tag', '--annotate', '--message', `${name} ${version}`, tag)
  print(`\nCommitted and tagged ${tag}. Nothing is published yet. Pushing the tag publishes it:\n`)
  print('  git push --follow-tags\n')
  print(`To take it back before that: git tag -d ${tag} && git reset --hard HEAD~1`)
}

/** All that is wrong with the repository at once. */
function checkRepository(capture: Workplace['capture'], tag: string): void {
  const problems: string[] = []
  const branch = capture('git', 'branch', '--show-current').trim()
  if (branch !== 'main')
    problems.push(`${branch === '' ? 'no branch is checked out' : `the branch is ${branch}`}: switch to main`)
  const changes = capture('git', 'status', '--porcelain').trimEnd()
  if (changes !== '') problems.push(`the working tree is not clean, commit or remove:\n${changes}`)
  if (capture('git', 'tag', '--list', tag).trim() !== '') problems.push(`the tag ${tag} exists already`)
  if (problems.length > 0) throw new ReleaseError(problems.join('\n'))
}
