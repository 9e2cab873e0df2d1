import type { AccumulateMaker } from './accumulate.ts'
import type { CastMaker } from './cast.ts'
import type { ComposeMaker } from './compose.ts'
import type { CompressMaker } from './compress.ts'
import type { DistinctMaker } from './distinct.ts'
import type { EnsureContiguousMaker } from './ensure-contiguous.ts'
import type { ExtensionsMaker } from './extensions.ts'
import type { FenceMaker } from './fence.ts'
import type { FilterMaker } from './filter.ts'
import type { FromSourceMaker } from './from-source.ts'
import type { GrepMaker } from './grep.ts'
import type { GroupByMaker } from './group-by.ts'
import type { MapMaker } from './map.ts'
import type { NgramsMaker } from './ngrams.ts'
import type { ProjectMaker } from './project.ts'
import type { RollingAverageByMaker } from './rolling-average-by.ts'
import type { SliceMaker } from './slice.ts'
import type { SlidingWindowMaker } from './sliding-window.ts'
import type { StageMaker } from './step.ts'
import type { TapPrefixMaker } from './tap-prefix.ts'
import type { TokenizeMaker } from './tokenize.ts'
import type { TopKMaker } from './top-k.ts'
import type { ValuesAfterMaker } from './values-after.ts'
import type { FaceName } from './stage-types.ts'

/** The makers of stages that every face has, by name. */
export interface Stages<F extends FaceName> {
  accumulate: AccumulateMaker<F>
  cast: CastMaker<F>
  compose: ComposeMaker<F>
  compress: CompressMaker<F>
  distinct: DistinctMaker<F>
  ensureContiguous: EnsureContiguousMaker<F>
  extensions: ExtensionsMaker<F>
  fence: FenceMaker<F>
  filter: FilterMaker<F>
  fromSource: FromSourceMaker<F>
  grep: GrepMaker<F>
  groupBy: GroupByMaker<F>
  map: MapMaker<F>
  ngrams: NgramsMaker<F>
  project: ProjectMaker<F>
  rollingAverageBy: RollingAverageByMaker<F>
  slice: SliceMaker<F>
  slidingWindow: SlidingWindowMaker<F>
  stage: StageMaker<F>
  tapPrefix: TapPrefixMaker<F>
  tokenize: TokenizeMaker<F>
  topK: TopKMaker<F>
  valuesAfter: ValuesAfterMaker<F>
}
