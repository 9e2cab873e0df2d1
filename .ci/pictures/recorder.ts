/** Runs junctions in virtual time, and records when each input gave an item and when each consumer received one. */
import { handClock } from '../../test/instruments/hand-clock.ts'

/** What is drawn as a marble. */
export interface Item {
  readonly text: string
  /** Which colour it has: that of its input, or of the branch it went to. */
  lane: number
  /** The item that a stage made it of. */
  readonly origin?: Item
}

export interface Marble {
  readonly tick: number
  /** One item, or those of a tuple. */
  readonly items: readonly Item[]
}

export interface Line {
  readonly name: string
  readonly marbles: Marble[]
  /** When it was first asked for an item. */
  opened?: number
  ended?: number
}

export interface Pace {
  /** How many ticks the consumer is busy with each item. */
  readonly busy?: number
  /** The colour of everything this consumer receives. */
  readonly lane?: number
}

export class Recorder {
  readonly #hand = handClock()
  readonly inputs: Line[] = []
  readonly stages: Line[] = []
  readonly outputs: Line[] = []

  get #now(): number {
    return this.#hand.clock.now()
  }

  async #until(tick: number): Promise<void> {
    const left = tick - this.#now
    if (left > 0) await new Promise<void>((resolve) => this.#hand.clock.setTimeout(resolve, left))
  }

  /**
   * A source with the items of a text, such as `a--b-|`. A character is a tick, counted from when the source is opened: `-` is
   * nothing, `|` the end. An item that is asked for later is given then.
   */
  source(name: string, pattern: string): AsyncIterable<Item> {
    const lane = this.inputs.length
    const line: Line = { name, marbles: [] }
    this.inputs.push(line)
    const items = this.#give(line, lane, pattern)
    return { [Symbol.asyncIterator]: () => items }
  }

  async *#give(line: Line, lane: number, pattern: string): AsyncGenerator<Item> {
    const opened = this.#now
    line.opened = opened
    try {
      for (const [tick, text] of [...pattern].entries()) {
        if (text === '-') continue
        await this.#until(opened + tick)
        if (text === '|') return
        const item = { text, lane }
        line.marbles.push({ tick: this.#now, items: [item] })
        yield item
      }
    } finally {
      line.ended = this.#now
    }
  }

  /** A function for `map` that takes some ticks to make `text` of an item, and records what it made and when. */
  step(name: string, lane: number, ticks: number, text: (of: string) => string) {
    const line: Line = { name, marbles: [], opened: 0 }
    this.stages.push(line)
    return async (origin: Item): Promise<Item> => {
      await this.#until(this.#now + ticks)
      const item = { text: text(origin.text), lane, origin }
      line.marbles.push({ tick: this.#now, items: [item] })
      line.ended = this.#now + 1
      return item
    }
  }

  /** Reads an output to its end, an item at a time. */
  consume(name: string, output: AsyncIterable<Item | readonly Item[]>, pace: Pace = {}): void {
    const line: Line = { name, marbles: [], opened: this.#now }
    this.outputs.push(line)
    void this.#take(line, output, pace)
  }

  async #take(
    line: Line,
    output: AsyncIterable<Item | readonly Item[]>,
    { busy = 1, lane }: Pace,
  ): Promise<void> {
    for await (const received of output) {
      const items = 'text' in received ? [received] : received
      if (lane !== undefined) for (const item of items) item.lane = lane
      line.marbles.push({ tick: this.#now, items })
      await this.#until(this.#now + busy)
    }
    line.ended = this.#now
  }

  /** Lets time pass until every consumer has come to its end. */
  async run(): Promise<void> {
    await this.#hand.advance(0)
    for (let tick = 0; this.outputs.some(({ ended }) => ended === undefined); tick++) {
      if (tick === 100) throw new Error('this run does not end')
      await this.#hand.advance(1)
    }
  }
}
