// prints what the CommonJS bundle exports otherwise than the ES modules, and whether its faces share their errors
import { createRequire } from 'node:module'
import * as async from 'fanpipe/async'
import * as iter from 'fanpipe/iter'
import * as nats from 'fanpipe/nats'
import * as streams from 'fanpipe'

const require = createRequire(import.meta.url)
const names = (face) => Object.keys(face).filter((name) => name !== 'module.exports' && name !== '__esModule')
const faces = { fanpipe: streams, 'fanpipe/iter': iter, 'fanpipe/async': async, 'fanpipe/nats': nats }
const different = Object.entries(faces).flatMap(([face, module]) => {
  const required = new Set(names(require(face)))
  return names(module)
    .filter((name) => !required.delete(name))
    .concat(...required)
})
console.log(
  JSON.stringify({
    different,
    isOneBundle: require('fanpipe').OrderError === require('fanpipe/iter').OrderError,
    isBundle: require('fanpipe').OrderError !== streams.OrderError,
    merged: Array.from(require('fanpipe/iter').merge([[1, 3], [2]])),
  }),
)
