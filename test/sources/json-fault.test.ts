import fc from 'fast-check'
import t from 'tap'
import { jsonFaultAt } from '../../lib/sources/json-fault.ts'

/** The error thrown by JSON.parse. */
function errorOf(text: string): unknown {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error
  }
}

const faults: Readonly<Record<string, number>> = {
  '{"a":}': 5,
  '{"a":1,}': 7,
  '{a:1}': 1,
  '{"a" 1}': 5,
  '[1,,2]': 3,
  '[1 2]': 3,
  nul: 3,
  nulx: 3,
  x: 0,
  '{"a":1} {"b":2}': 8,
  '"a\tb"': 2,
  '"\\x"': 2,
  '01': 1,
  '-': 1,
  '1.': 2,
  '{"a': 3,
  '{"a":1': 6,
  '[': 1,
  '"\\u12G4"': 5,
}

for (const [text, at] of Object.entries(faults))
  t.equal(jsonFaultAt(text, errorOf(text)), at, JSON.stringify(text))

t.test('it is found in a long text, too', async (t) => {
  const property = fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(), (values, at) => {
    const text = JSON.stringify(values)
    const position = at % (text.length + 1)
    const faulty = `${text.slice(0, position)}\u0001${text.slice(position)}`
    return jsonFaultAt(faulty, errorOf(faulty)) === position
  })
  t.doesNotThrow(() => fc.assert(property))
})

t.test('an error that is not from JSON.parse has no position', async (t) => {
  t.equal(jsonFaultAt('{', new Error('no')), undefined)
  t.equal(jsonFaultAt('{', new SyntaxError('other')), undefined)
  t.equal(jsonFaultAt('{}', new SyntaxError('other')), undefined)
  t.equal(jsonFaultAt('{', 'text'), undefined)
})
