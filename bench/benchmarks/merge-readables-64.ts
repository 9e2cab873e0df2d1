import { faster } from '../benchmark.ts'
import { mergeReadables } from './merge-readables.ts'

export const benchmark = mergeReadables(64, [faster(2, 'multi-sort-stream', 'async-generator heap')])
