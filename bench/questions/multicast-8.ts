import { multicastTo } from './multicast-2.ts'

export const question = multicastTo(8, 1.6)
