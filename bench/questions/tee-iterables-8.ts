import { teeTo } from './tee-iterables.ts'

export const question = teeTo(8)
