/** The base class of every error of this library. Tell errors apart by `code`, which is stable. */
export abstract class FanpipeError extends Error {
  abstract readonly code: string
  /** A literal, so that it stays the same when a minifier renames classes. */
  abstract override get name(): string
}
