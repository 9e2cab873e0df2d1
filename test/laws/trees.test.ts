import fc from 'fast-check'
import t from 'tap'
import { faces } from '../instruments/faces.ts'
import { checkTopology, consumers } from '../instruments/topology.ts'
import { faultyTrees, trees } from '../instruments/trees.ts'

// Errors from closing become warnings when there is no other error to attach them to; many are expected here.
process.removeAllListeners('warning')

for (const face of faces) {
  t.test(`E1, DTR, C1, X1: any tree of junctions (${face.name}) equals its eager equivalent`, async (t) => {
    const property = fc.asyncProperty(trees, consumers, (tree, consumer) =>
      checkTopology(tree, face, consumer),
    )
    await t.resolves(fc.assert(property, { numRuns: 100 }))
  })

  t.test(`E1, DTR, C1, X1: so does any tree in which anything may fail (${face.name})`, async (t) => {
    const property = fc.asyncProperty(faultyTrees, consumers, (tree, consumer) =>
      checkTopology(tree, face, consumer),
    )
    await t.resolves(fc.assert(property, { numRuns: 100 }))
  })
}
