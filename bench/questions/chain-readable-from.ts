import { Readable } from 'node:stream'
import { chain } from 'fanpipe'
import MultiStream from 'multistream'
import { dealt, drain, inTurn, type Question } from '../instruments.ts'

const sources = (): Readable[] => dealt.map((items) => Readable.from(items))
const joined = dealt.flat()

export const question: Question = {
  title: 'chain of 8 Readable.from, which give one item a read, into a Writable',
  ways: {
    fanpipe: () => drain(chain(sources())),
    multistream: () => drain(MultiStream.obj(sources())),
    'async generator': () => drain(inTurn(sources())),
    floor: () => drain(Readable.from(joined)),
  },
}
