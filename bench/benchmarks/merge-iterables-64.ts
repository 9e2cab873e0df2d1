import { mergeIterables } from './merge-iterables.ts'

export const benchmark = mergeIterables(64)
