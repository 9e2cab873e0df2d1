/** What a release changes, computed from texts alone. */

export const BUMPS = ['patch', 'minor', 'major'] as const
export type Bump = (typeof BUMPS)[number]

export const USAGE = `usage: npm run release -- ${BUMPS.join('|')} [--yes]`

/** Something that the person who releases has to do first. */
export class ReleaseError extends Error {
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

export interface Settings {
  readonly bump: Bump
  /** Whether to write, commit and tag; otherwise it is a dry run. */
  readonly yes: boolean
}

export function parseArguments(args: readonly string[]): Settings {
  const words = args.filter((arg) => arg !== '--yes')
  const bump = BUMPS.find((bump) => bump === words[0])
  if (bump === undefined || words.length > 1) throw new ReleaseError(USAGE, 2)
  return { bump, yes: words.length < args.length }
}

export function nextVersion(current: string, bump: Bump): string {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(current)?.slice(1).map(Number)
  if (parts === undefined)
    throw new ReleaseError(`the version in package.json is ${current}, not of the form 1.2.3`)
  const [major, minor, patch] = parts as [number, number, number]
  if (bump === 'major') return `${major + 1}.0.0`
  return bump === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

const UNRELEASED = /^## \[?Unreleased\]?[^\S\n]*\n([\s\S]*?)(?=^## |(?![\s\S]))/im

/** What the Unreleased section says; headings alone say nothing. */
export function unreleasedNotes(changelog: string): string {
  const notes = UNRELEASED.exec(changelog)?.[1]
  if (notes === undefined) throw new ReleaseError('CHANGELOG.md has no section "## Unreleased": add one')
  if (notes.split('\n').every((line) => line.trim() === '' || line.startsWith('#')))
    throw new ReleaseError('the section "## Unreleased" of CHANGELOG.md is empty: say what has changed')
  return notes.trim()
}

/** Below 1.0.0 a minor version may break what users have written, from then on only a major one. */
export function checkBreaking(notes: string, current: string, bump: Bump): void {
  const needed = current.startsWith('0.') ? 'minor' : 'major'
  if (/\*\*breaking/i.test(notes) && BUMPS.indexOf(bump) < BUMPS.indexOf(needed))
    throw new ReleaseError(
      `CHANGELOG.md lists breaking changes, so ${bump} is too little: release ${needed === 'minor' ? 'a minor' : 'a major'} version`,
    )
}

/** The changelog with the Unreleased section under the version, and an empty one above it. */
export function releasedChangelog(changelog: string, version: string, date: string): string {
  const notes = unreleasedNotes(changelog)
  if (new RegExp(`^## \\[?${version.replaceAll('.', '\\.')}\\b`, 'm').test(changelog))
    throw new ReleaseError(`CHANGELOG.md has a section for ${version} already`)
  return (
    changelog
      .replace(UNRELEASED, () => `## Unreleased\n\n## ${version} - ${date}\n\n${notes}\n\n`)
      .trimEnd() + '\n'
  )
}

/** A package.json or package-lock.json with another version of the package itself. */
export function withVersion(json: string, version: string): string {
  const content = JSON.parse(json) as { version: string; packages?: Record<string, { version?: string }> }
  content.version = version
  const own = content.packages?.['']
  if (own !== undefined) own.version = version
  return `${JSON.stringify(content, undefined, 2)}\n`
}
