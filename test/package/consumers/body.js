const collect = async (stream) => {
  const items = []
  for await (const item of stream) items.push(item)
  return items
}

test('merge and multicast', async () => {
  expect(Array.from(iter.merge([[1, 3], [2]]))).toEqual([1, 2, 3])
  const branches = fanpipe.multicast(Readable.from(['a', 'b']), 2)
  expect(await Promise.all(branches.map(collect))).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ])
})

test('files, and a Duplex in a pipeline', async () => {
  const upper = fanpipe.duplex(fanpipe.map((line) => line.toUpperCase()))
  const lines = fanpipe.chain([fanpipe.lineSource('lines.txt')]).pipe(upper)
  expect(await collect(lines)).toEqual(['ONE', 'TWO'])
  expect(await collect(fanpipe.csvSource('table.csv'))).toEqual([{ a: '1', b: '2' }])
})

test('the classes of errors are those of every face', () => {
  expect(() => Array.from(iter.merge([[2, 1]]))).toThrow(fanpipe.OrderError)
  expect(() => iter.merge('text')).toThrow(fanpipe.ArgumentError)
})
