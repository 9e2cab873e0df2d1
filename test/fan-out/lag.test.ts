import fc from 'fast-check'
import t from 'tap'
import { lagOf, laggardOf, leadOf, limitOf, type Standing } from '../../lib/fan-out/lag.ts'

const standing: fc.Arbitrary<Standing> = fc
  .record({
    delivered: fc.nat(20),
    toSkip: fc.nat(3),
    joinedAt: fc.nat(20),
    maxlen: fc.integer({ min: 1, max: 5 }),
    state: fc.constantFrom('open', 'ended', 'left'),
  })
  .map(({ delivered, toSkip, joinedAt, maxlen, state }) => ({
    delivered: Math.max(delivered, joinedAt),
    joinedAt,
    toSkip,
    maxlen,
    closed: state !== 'open',
    leftEarly: state === 'left',
    done: state !== 'open',
  }))
const branches = fc.array(standing, { maxLength: 6 })

t.test('the laggard is the first of the open branches with the lowest limit', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(branches, (all) => {
        const limits = all.map((branch) => (branch.closed ? Infinity : limitOf(branch)))
        const lowest = Math.min(...limits)
        return laggardOf(all) === (lowest === Infinity ? undefined : all[limits.indexOf(lowest)])
      }),
    ),
  )
})

t.test(
  'the lead is the furthest position of the branches that have moved since joining and have not left, and never decreases',
  async (t) => {
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(branches, fc.nat(25), (all, known) => {
          const given = all
            .filter(({ leftEarly, delivered, joinedAt }) => !leftEarly && delivered > joinedAt)
            .map(({ delivered }) => delivered)
          return leadOf(all, known) === Math.max(known, ...given)
        }),
      ),
    )
  },
)

t.test('the lag of a branch is its distance to the leader, and zero once it is done', async (t) => {
  const branch = {
    delivered: 3,
    toSkip: 0,
    joinedAt: 0,
    maxlen: 2,
    closed: false,
    leftEarly: false,
    done: false,
  }
  t.equal(lagOf(branch, 7), 4)
  t.equal(lagOf({ ...branch, done: true }, 7), 0)
  t.equal(lagOf({ ...branch, toSkip: 3 }, 7), 1, 'items it will skip do not count')
  t.equal(lagOf({ ...branch, toSkip: 6 }, 7), 0, 'even if the leader has not received them yet')
})
