import { Readable } from 'node:stream'

/** Two streams of equal length as pairs, by hand: it reads both only while pairs are wanted. */
export function zip(a: Readable, b: Readable): Readable {
  let [left, right]: [unknown, unknown] = [null, null]
  let wanted = false
  let ended = 0
  const give = (): void => {
    while (wanted) {
      left ??= a.read()
      right ??= b.read()
      if (left === null || right === null) return
      const pair = [left, right]
      left = right = null
      wanted = pairs.push(pair)
    }
  }
  const pairs = new Readable({
    objectMode: true,
    read() {
      wanted = true
      give()
    },
    destroy(error, done) {
      a.destroy()
      b.destroy()
      done(error)
    },
  })
  for (const side of [a, b]) {
    side.on('readable', give)
    side.on('error', (error) => pairs.destroy(error))
    side.on('end', () => {
      if (++ended === 2) pairs.push(null)
    })
  }
  return pairs
}
