import { Readable } from 'node:stream'

/** A hand-written zip of two streams of equal length, which reads them only while there is demand for pairs. */
export function zip(a: Readable, b: Readable): Readable {
  let [left, right]: [unknown, unknown] = [null, null]
  let hasDemand = false
  let ended = 0
  const pushPairs = (): void => {
    while (hasDemand) {
      left ??= a.read()
      right ??= b.read()
      if (left === null || right === null) return
      const pair = [left, right]
      left = right = null
      hasDemand = pairs.push(pair)
    }
  }
  const pairs = new Readable({
    objectMode: true,
    read() {
      hasDemand = true
      pushPairs()
    },
    destroy(error, done) {
      a.destroy()
      b.destroy()
      done(error)
    },
  })
  for (const side of [a, b]) {
    side.on('readable', pushPairs)
    side.on('error', (error) => pairs.destroy(error))
    side.on('end', () => {
      if (++ended === 2) pairs.push(null)
    })
  }
  return pairs
}
