import { multicastTo } from './multicast-2.ts'

export const benchmark = multicastTo(8, 1.6)
