import { check, oneOf, type Rule } from '../kernel/options.ts'
import { rollbackOnThrow } from '../kernel/ownership.ts'
import { isByteMode, type ModeOptions, type Recipe } from '../kernel/recipe.ts'
import { runRules, type RunOptions } from '../kernel/root.ts'
import type { Face } from '../kernel/scope.ts'
import type { Branch } from './branch.ts'
import type { BranchSettings } from './branch-settings.ts'
import { balance } from './delivery/balance.ts'
import { Hub } from './hub.ts'
import { branchCount } from './multicast.ts'
import { policies } from './overflow/overflow.ts'

export interface BalanceOptions extends RunOptions {
  /** `'all'`: when one branch leaves early, the others fail with an AbortError. */
  cancel?: 'all' | undefined
}

export const balanceRules = { ...runRules, cancel: oneOf('all') } satisfies Record<string, Rule>

const noOptions: Rule = {
  expected: 'left out, as the branches of a balance have no options of their own',
  holds: (value) => value === undefined,
}

/** A Readable that reads ahead would take items that another branch could begin with at once. */
const SETTINGS: BranchSettings = { maxlen: Infinity, policy: policies.block, readsAhead: false }

/** Creates the hub of a balance. `claimSource` takes over the source, so it is called after all other arguments are checked. */
export function balanceHub<T>(
  claimSource: () => Recipe<T>,
  n: number,
  options: BalanceOptions & ModeOptions,
  face: Face,
): { readonly hub: Hub<T>; join(options: undefined): Branch<T> } {
  check(n, 'n', branchCount)
  const source = claimSource()
  return rollbackOnThrow([source], () => {
    const bytes = isByteMode(source.mode, options.objectMode)
    const hub = new Hub<T>({
      source,
      branches: Array.from({ length: n }, () => SETTINGS),
      deliveryOf: balance(bytes),
      bytes,
      face,
      options,
      keepsOpen: n === 0,
    })
    const join = (given: undefined): Branch<T> => {
      check(given, 'options', noOptions)
      check(hub.delivery.open + 1, 'the number of branches', branchCount)
      return hub.add(SETTINGS)
    }
    return { hub, join }
  })
}
