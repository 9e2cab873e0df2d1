import { chain } from 'fanpipe'
import MultiStream from 'multistream'
import { dealt, drain, inTurn, readableOf, type Question } from '../instruments.ts'

const joined = dealt.flat()

export const question: Question = {
  title: 'chain of 8 object Readables into a Writable',
  ways: {
    fanpipe: () => drain(chain(dealt.map(readableOf))),
    multistream: () => drain(MultiStream.obj(dealt.map(readableOf))),
    'async generator': () => drain(inTurn(dealt.map(readableOf))),
    floor: () => drain(readableOf(joined)),
  },
}
