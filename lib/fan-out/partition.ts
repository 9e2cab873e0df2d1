import { callback, check, oneOf, type Rule } from '../kernel/options.ts'
import { rollbackOnThrow } from '../kernel/ownership.ts'
import { bytesRefused, type ModeOptions, type Recipe } from '../kernel/recipe.ts'
import type { Face } from '../kernel/scope.ts'
import { branchSettings, type BufferOptions } from './branch-settings.ts'
import type { Width } from './branches.ts'
import { partition } from './delivery/partition.ts'
import { Hub } from './hub.ts'
import { branchOptionsOf, multicastRules, type MulticastOptions } from './multicast.ts'

export interface PartitionOptions extends MulticastOptions {
  /** `'drop'`: items for a branch that has left are dropped. By default such an item fails the other branches. */
  gone?: 'drop' | undefined
}

export const partitionRules = { ...multicastRules, gone: oneOf('drop') } satisfies Record<string, Rule>

/** Creates the hub of a partition. `claimSource` takes over the source, so it is called after all other arguments are checked. */
export function partitionHub<T>(
  claimSource: () => Recipe<T>,
  branches: Width,
  options: PartitionOptions & ModeOptions & BufferOptions,
  face: Face,
  choose: (item: never) => number,
): { readonly hub: Hub<T> } {
  const branchOptions = branchOptionsOf(branches)
  check(choose, 'choose', callback)
  const source = claimSource()
  return rollbackOnThrow([source], () => {
    if (source.mode === 'bytes') throw bytesRefused('source')
    const settings = branchOptions.map((own) => branchSettings(own, options, false, face))
    const deliveryOf = partition<T>({ choose, dropsGone: options.gone === 'drop' })
    const hub = new Hub<T>({
      source,
      branches: settings,
      deliveryOf,
      bytes: false,
      accepts: 'objects',
      face,
      options,
    })
    return { hub }
  })
}
