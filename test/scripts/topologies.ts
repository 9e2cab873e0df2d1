/** `npm run topologies -- 10000 [seed]` checks that many random topologies with faults, spread over the faces. */
import fc from 'fast-check'
import { faces } from '../instruments/faces.ts'
import { checkTopology, consumers } from '../instruments/topology.ts'
import { faultyTrees } from '../instruments/trees.ts'

const [runs = '1000', seed] = process.argv.slice(2)
const numRuns = Math.ceil(Number(runs) / faces.length)
if (!(numRuns > 0)) throw new Error(`how many topologies? Not ${runs}`)

// Errors from closing become warnings when there is no other error to attach them to; many are expected here.
process.removeAllListeners('warning')

for (const face of faces) {
  const property = fc.asyncProperty(faultyTrees, consumers, (tree, consumer) =>
    checkTopology(tree, face, consumer),
  )
  const details = await fc.check(property, seed === undefined ? { numRuns } : { numRuns, seed: Number(seed) })
  if (details.failed) {
    console.error(`${face.name}: ${fc.defaultReportMessage(details) ?? ''}`)
    process.exitCode = 1
  } else
    console.log(
      `${face.name}: ${details.numRuns} topologies, all equal to their eager equivalents (seed ${details.seed})`,
    )
}
