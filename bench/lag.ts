/** Consumers of a fan-out that keep the second branch as far behind the first as its bound allows. */
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const KIB = 1024

/** Objects of about 1 KiB each. */
export function* records(items: number): Generator<{ n: number; values: number[] }> {
  for (let n = 0; n < items; n++) yield { n, values: new Array<number>(KIB / 8 - 10).fill(n) }
}

/** Chunks of 1 KiB each. */
export function chunks(items: number): Readable {
  let left = items
  return new Readable({
    read() {
      while (left-- > 0) if (!this.push(Buffer.allocUnsafeSlow(KIB))) return
      this.push(null)
    },
  })
}

/**
 * Drains both branches and calls `onItem` for each item of the first.
 *
 * @param maxlen - how far the second branch stays behind: in bytes if the items are chunks of bytes, in items otherwise.
 */
export async function drainWithLag(
  [first, second]: readonly [Readable, Readable],
  maxlen: number,
  onItem: () => void,
): Promise<void> {
  let lead = 0
  let resume: (() => void) | undefined
  const resumeIfDue = (): void => {
    if (lead < maxlen) return
    const due = resume
    resume = undefined
    due?.()
  }
  const ahead = new Writable({
    objectMode: true,
    write(item: unknown, _, done) {
      onItem()
      lead += lengthOf(item)
      resumeIfDue()
      done()
    },
    final(done) {
      lead = Infinity
      resumeIfDue()
      done()
    },
  })
  const behind = new Writable({
    objectMode: true,
    write(item: unknown, _, done) {
      lead -= lengthOf(item)
      resume = done
      resumeIfDue()
    },
  })
  await Promise.all([pipeline(first, ahead), pipeline(second, behind)])
}

const lengthOf = (item: unknown): number => (item instanceof Uint8Array ? item.byteLength : 1)
