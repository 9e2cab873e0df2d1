import type { JsMsg } from '@nats-io/jetstream'

/** In milliseconds. */
const INTERVAL = 1

/**
 * Sends acknowledgements together if they follow each other within a millisecond, because a write to the socket for each would
 * cost more than all other work for a message. They are sent before the process gets back to timers and I/O.
 */
export class AckBatch {
  #messages: JsMsg[] = []
  #sent = 0

  add(message: JsMsg): void {
    this.#messages.push(message)
    if (performance.now() - this.#sent > INTERVAL) this.send()
    else if (this.#messages.length === 1) process.nextTick(() => this.send())
  }

  send(): void {
    const messages = this.#messages
    this.#messages = []
    for (const message of messages) message.ack()
    this.#sent = performance.now()
  }
}
