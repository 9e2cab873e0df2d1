import type { Recipe } from '../kernel/recipe.ts'
import type { RunOptions } from '../kernel/root.ts'
import type { Face } from '../kernel/scope.ts'
import type { Branch } from './branch.ts'
import type { BranchSettings } from './branch-settings.ts'
import type { Conductor } from './conductor.ts'
import type { DeliveryMaker } from './delivery/delivery.ts'

export interface HubSettings<T> {
  readonly source: Recipe<T>
  readonly branches: readonly BranchSettings[]
  readonly deliveryOf: DeliveryMaker<T>
  readonly bytes: boolean
  /** What the source may give, if it turns out only when it is opened; anything by default, or bytes in byte mode. */
  readonly accepts?: 'objects'
  readonly face: Face
  readonly options?: RunOptions & { readonly cancel?: 'all' | undefined }
  readonly conductor?: Conductor<Branch<T>>
  /** Stays open while it has no branches, until it is closed. */
  readonly keepsOpen?: boolean
}
