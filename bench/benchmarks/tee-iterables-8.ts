import { teeTo } from './tee-iterables.ts'

export const benchmark = teeTo(8)
