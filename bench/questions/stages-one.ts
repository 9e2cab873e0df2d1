import { stages } from './stages-fused.ts'

export const question = stages(1)
