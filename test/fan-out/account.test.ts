import t from 'tap'
import { Account } from '../../lib/fan-out/account.ts'

const face = (unread: number, hasDemand = false) => ({
  unread: () => unread,
  hasDemand: () => hasDemand,
  fail: () => undefined,
  destroy: () => undefined,
})

t.test('without a face, a taken item counts as delivered', async (t) => {
  const account = new Account(0, { maxlen: 4 })
  account.taken = 3
  t.equal(account.delivered, 3)
  t.equal(account.hasDemand, true, 'the reader that takes the item wants it')
})

t.test('an item is in flight until its face has buffered it, and delivered once it is read', async (t) => {
  const account = new Account(0, { maxlen: 4 })
  const buffer = { length: 0 }
  account.face = { ...face(0), unread: () => buffer.length }
  account.taken = 2
  account.inFlight = 2
  t.equal(account.delivered, 0, 'in flight')
  buffer.length = 2
  t.equal(account.landed(), 2)
  t.equal(account.delivered, 0, 'in the buffer')
  buffer.length = 1
  t.equal(account.delivered, 1, 'one item has been read')
  t.equal(account.landed(), 0, 'nothing is in flight any more')
})

t.test('the face says whether its consumer has demand', async (t) => {
  const account = new Account(0, { maxlen: 4 })
  account.face = face(1)
  t.equal(account.hasDemand, false)
  account.face = face(0, true)
  t.equal(account.hasDemand, true)
})

t.test('a branch is done when it has left, or when it has ended and its buffer has been read', async (t) => {
  const account = new Account(0, { maxlen: 4 })
  t.equal(account.done, false)
  account.closed = true
  account.face = face(1)
  t.equal(account.done, false, 'there are items to read')
  account.face = face(0)
  t.equal(account.done, true)
  account.face = face(1)
  account.leftEarly = true
  t.equal(account.done, true, 'its buffer will never be read')
})
