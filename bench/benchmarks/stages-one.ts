import { stages } from './stages-fused.ts'

export const benchmark = stages(1)
