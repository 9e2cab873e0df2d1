import { faster } from '../question.ts'
import { mergeReadables } from './merge-readables.ts'

export const question = mergeReadables(64, [faster(2, 'multi-sort-stream', 'async-generator heap')])
