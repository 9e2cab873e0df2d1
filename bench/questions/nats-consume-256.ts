import { consumeWith } from './nats-consume.ts'

export const question = consumeWith(256)
