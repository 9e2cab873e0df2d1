import { consumeWith } from './nats-consume.ts'

export const benchmark = consumeWith(256)
