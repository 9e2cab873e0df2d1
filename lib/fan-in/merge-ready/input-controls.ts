import { ArgumentError } from '../../errors.ts'
import { toRecipe } from '../../from/recognise.ts'
import { mixedContents } from '../../kernel/contents.ts'
import type { Place } from '../../kernel/place.ts'
import { closeAll } from '../../kernel/cursor.ts'
import { openOnce, release, rollbackOnThrow } from '../../kernel/ownership.ts'
import { emptyRecipe, type Recipe } from '../../kernel/recipe.ts'
import { Root, type RunOptions } from '../../kernel/root.ts'
import { noWakers, type Scope } from '../../kernel/scope.ts'
import type { FanIn } from '../fan-in.ts'

/** The part of the running junction that the controls use. */
interface Run<T> {
  readonly opened: number
  update(): void
  remove(source: unknown): boolean
  release(part: Recipe<T>): void
}

/** A source that was added and has not been opened. */
interface Added<T> {
  readonly source: unknown
  readonly recipe: Recipe<T>
}

/**
 * Adds inputs to a junction, and removes them, before and while it runs. The controls apply to the latest run of its recipe, which
 * can be opened only once if inputs are added.
 */
export class InputControls<T> {
  readonly added = new Set<Added<T>>()
  #fanIn: FanIn<T> | undefined
  #options: RunOptions = {}
  #run: Run<T> | undefined
  #isOver = false
  hasEnded = false

  /** `opensOnce`: it is known at the call that inputs may be added, so the output can be opened only once. */
  attach(fanIn: FanIn<T>, options: RunOptions, opensOnce: boolean): void {
    this.#fanIn = fanIn
    this.#options = options
    if (opensOnce) this.#makeOwned(fanIn)
  }

  add(source: unknown): void {
    const fanIn = this.#fanIn as FanIn<T>
    if (this.#isOver || this.hasEnded)
      throw new ArgumentError('add', 'called before the output has ended, failed or been closed')
    const recipe = toRecipe<T>(source, 'source', fanIn.face)
    rollbackOnThrow([recipe], () => checkMode(recipe, fanIn))
    if (fanIn.owned === undefined) this.#makeOwned(fanIn)
    this.added.add({ source, recipe })
    this.#run?.update()
  }

  remove(source: unknown): boolean {
    if (this.#isOver) return false
    const fanIn = this.#fanIn as FanIn<T>
    let isFound = this.#run?.remove(source) === true
    for (const added of this.added) {
      if (added.source !== source) continue
      this.added.delete(added)
      this.#release(added.recipe)
      isFound = true
    }
    const { given, parts } = fanIn
    for (let i = given.indexOf(source, this.#run?.opened); i >= 0; i = given.indexOf(source, i + 1)) {
      this.#release(parts[i] as Recipe<T>)
      parts[i] = emptyRecipe
      given[i] = emptyRecipe
      isFound = true
    }
    if (isFound) this.#run?.update()
    return isFound
  }

  end(): void {
    this.hasEnded = true
    this.#run?.update()
  }

  onOpen(run: Run<T>): void {
    this.#run = run
    this.#isOver = false
  }

  onClose(run: Run<T>): void {
    if (this.#run !== run) return
    this.#run = undefined
    this.#isOver = true
  }

  takeAdded(): Added<T> | undefined {
    for (const added of this.added) {
      this.added.delete(added)
      return added
    }
    return undefined
  }

  /** What the caller gave as this input of an array. */
  givenAt(index: number): unknown {
    return this.#fanIn?.given[index]
  }

  releaseAdded(scope: Scope, place: Place): void | Promise<void> {
    const parts = Array.from(this.added, ({ recipe }) => recipe)
    this.added.clear()
    return closeAll(parts.map((part) => ({ close: () => release(part, scope, place) })))
  }

  /** Before the first demand there is no run that could close the source. */
  #release(part: Recipe<T>): void {
    const { face } = this.#fanIn as FanIn<T>
    if (this.#run !== undefined) this.#run.release(part)
    else void new Root(part, face, { closeTimeout: this.#options.closeTimeout }, noWakers).close()
  }

  /** From now on the recipe can be opened only once, and what was added is released with it even if it is never opened. */
  #makeOwned(fanIn: FanIn<T>): void {
    const [argument, noun] = ['inputs', 'a mergeReady that may gain inputs']
    fanIn.owned = {
      subject: this,
      argument,
      noun,
      release: (scope, place, wasOpened) => {
        if (wasOpened) return
        this.#isOver = true
        return this.releaseAdded(scope, place)
      },
    }
    if (this.#run !== undefined) openOnce(this, argument, noun)
  }
}

function checkMode({ mode }: Recipe<unknown>, fanIn: Recipe<unknown>): void {
  if (mode !== 'unknown' && fanIn.mode !== 'unknown' && mode !== fanIn.mode)
    throw mixedContents('source', mode, 'inputs')
}
