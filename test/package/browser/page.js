/** Runs in the browser: does one job after the other, and posts what came of each to `/report`. */
import { chain, map, multicast } from 'fanpipe/async'

/** What `ReadableStream.from` does, which Chromium does not have yet. */
const streamOf = (branch) =>
  new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await branch.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: () => branch.return(),
    },
    { highWaterMark: 0 },
  )

const bodyOf = async (path) => (await fetch(path)).body

async function sizeOf(chunks) {
  let size = 0
  for await (const { length } of chunks) size += length
  return size
}

async function hashOf(stream) {
  const hash = await crypto.subtle.digest('SHA-256', await new Response(stream).arrayBuffer())
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const jobs = {
  async twoConsumers() {
    const maxlen = 128 * 1024
    const branches = multicast(await bodyOf('/body'), 2, { maxlen })
    let largest = 0
    const count = map(({ length }) => {
      largest = Math.max(largest, length)
      return { length }
    })
    const [sha256, size] = await Promise.all([hashOf(streamOf(branches[0])), sizeOf(count(branches[1]))])
    return { sha256, size, isBounded: branches.stats().every(({ peak }) => peak < maxlen + largest) }
  },

  async oneLeaves() {
    const [leaves, stays] = multicast(await bodyOf('/body'), 2)
    const reader = streamOf(leaves).getReader()
    await reader.read()
    await reader.cancel()
    return sizeOf(stays)
  },

  async bothLeave() {
    const branches = multicast(await bodyOf('/endless'), 2)
    const first = await Promise.all(branches.map(async (branch) => (await branch.next()).value.length > 0))
    await Promise.all(branches.map((branch) => branch.return()))
    return first
  },

  async networkFails() {
    const [a, b] = multicast(await bodyOf('/broken'), 2)
    const results = await Promise.allSettled([hashOf(streamOf(a)), sizeOf(b)])
    return results.map(({ reason }) => reason instanceof TypeError)
  },

  async severalBodies() {
    return sizeOf(chain([() => bodyOf('/body'), () => bodyOf('/body')]))
  },
}

for (const [job, run] of Object.entries(jobs)) {
  const result = await run().catch((error) => error.stack)
  await fetch('/report', { method: 'POST', body: JSON.stringify({ job, result }) })
}
await fetch('/report', { method: 'POST', body: JSON.stringify({ job: 'end' }) })
