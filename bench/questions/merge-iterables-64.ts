import { mergeIterables } from './merge-iterables.ts'

export const question = mergeIterables(64)
