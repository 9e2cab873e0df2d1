/** The exports that are the same in every face. */
export { closeFaultsOf, sourceOf } from './kernel/origins.ts'
export type { RunOptions } from './kernel/root.ts'
export type { AnyIterable, ItemOf, Source } from './from/recognise.ts'
export type { InputErrorOptions } from './fan-in/input-errors.ts'
export type { FanInOptions } from './fan-in/options.ts'
export {
  ArgumentError,
  CardinalityError,
  CloseError,
  FanpipeError,
  FormatError,
  KeyError,
  LateError,
  LimitError,
  NullItemError,
  OrderError,
  OverflowError,
  SourceError,
  StallError,
  type SourcePath,
  type SourceStep,
} from './errors.ts'
export type { MergeOptions } from './fan-in/merge/merge.ts'
export type { ReadyInputs } from './api/merge-ready.ts'
export type { MergeReadyOptions } from './fan-in/merge-ready/merge-ready.ts'
export { clfTime } from './keys/clf-time.ts'
export { epochTime, type EpochOptions } from './keys/epoch-time.ts'
export { isoTime, type TimeOptions } from './keys/iso-time.ts'
export { jsonTime, type JsonPath, type JsonTimeOptions } from './keys/json-time.ts'
export { logTime, type LogTimeOptions } from './keys/log-time.ts'
export { syslogTime, type SyslogOptions } from './keys/syslog-time.ts'
export type { YearOptions } from './keys/yearless-reader.ts'
export type { ZoneNames } from './keys/time-zone-names.ts'
export type { Late } from './fan-in/merge-bounded-lateness/late-items.ts'
export type { LatenessOptions } from './fan-in/merge-bounded-lateness/lateness-options.ts'
export type { ZipMode, ZipOptions } from './fan-in/zip/zip-options.ts'
export type { Clock } from './kernel/clock.ts'
export type { BranchStats } from './fan-out/branch-stats.ts'
export type { BranchOptions, LateBranchOptions } from './fan-out/branch-settings.ts'
export type {
  BalanceControls,
  BalancedBranches,
  Branches,
  FanOutControls,
  JoinableBranches,
  JoinableControls,
  Several,
  Width,
} from './fan-out/branches.ts'
export type { BalanceOptions } from './fan-out/balance.ts'
export type { MulticastOptions } from './fan-out/multicast.ts'
export type { PartitionOptions } from './fan-out/partition.ts'
export type { ForkOptions } from './fan-out/fork.ts'
export type { Overflow } from './fan-out/overflow/overflow.ts'
export { flushable, many, none, stop, type Many } from './stages/marks.ts'
export type { Cast, Casted, CastOptions } from './stages/cast.ts'
export type { Counted } from './stages/counters.ts'
export type { ChunkOptions } from './stages/chunks.ts'
export type { DistinctOptions } from './stages/distinct.ts'
export type { GrepOptions } from './stages/grep.ts'
export type { GroupOptions } from './stages/group-by.ts'
export type { WindowOptions } from './stages/sliding-window.ts'
export type { MapCall } from './stages/concurrent-map.ts'
export type { ConcurrentMapOptions, MapOptions } from './stages/map.ts'
export type { IdleMultilineOptions, MultilineOptions } from './stages/multiline.ts'
export type { Projected } from './stages/project.ts'
export type { TapOptions, TapTarget } from './stages/tap.ts'
export type { LinesOptions } from './stages/to-lines.ts'
export type { TokenizeOptions } from './stages/tokenize.ts'
export type { TopKOptions } from './stages/top-k.ts'
export type { Part } from './stages/stage-types.ts'
export type { StepFunction } from './stages/step.ts'
