/** The state of one branch. Lags are counted in items, or in bytes if the source is a byte stream. */
export interface BranchStats {
  /** How far the branch is behind the fastest; in a `partition` or a `balance`, how much is waiting for it. */
  readonly lag: number
  /** The greatest lag so far. */
  readonly peak: number
  /** How much was dropped for this branch, under `'drop-oldest'` and `'drop-newest'`. */
  readonly dropped: number
  /** How long the consumers of other branches have waited for this one, in milliseconds. */
  readonly waitedMs: number
  /** The branch has ended, failed, or been closed or detached. */
  readonly done: boolean
}
