import { spawn, type ChildProcess } from 'node:child_process'
import type { Writable } from 'node:stream'
import { OverflowError, type Overflow } from '../common.ts'
import type { TargetWithOptions } from '../index.ts'
import { endOf, killGroup, type End } from './child.ts'

export interface ConsumerSettings {
  readonly command: string
  readonly overflow: Overflow
}

/** Thrown when a command has left that must not. */
export class Left extends Error {
  readonly consumer: Consumer

  constructor(consumer: Consumer) {
    super(consumer.command)
    this.consumer = consumer
  }
}

/** A command, run by the shell, that reads what it is sent. */
export class Consumer {
  readonly command: string
  readonly ended: Promise<End>
  /** It reads no more, but its input has not ended. */
  hasLeft = false
  /** It could not keep up. */
  isTooSlow = false
  readonly #overflow: Overflow
  readonly #child: ChildProcess

  constructor({ command, overflow }: ConsumerSettings) {
    this.command = command
    this.#overflow = overflow
    this.#child = spawn(command, {
      shell: true,
      detached: true,
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    this.ended = endOf(this.#child)
  }

  /** Whether the others go on when it leaves. */
  get mayLeave(): boolean {
    return this.#overflow !== 'block'
  }

  target(maxlen: number | undefined): TargetWithOptions {
    return {
      to: this.#child.stdin as Writable,
      overflow: this.#overflow,
      maxlen: this.mayLeave ? maxlen : undefined,
      onError: (error) => {
        this.hasLeft = true
        this.isTooSlow = error instanceof OverflowError
        if (!this.mayLeave) throw new Left(this)
      },
    }
  }

  kill(): void {
    killGroup(this.#child)
  }
}
