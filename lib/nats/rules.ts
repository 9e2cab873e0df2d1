import { isObject } from '../kernel/guards.ts'
import type { Rule } from '../kernel/options.ts'

/** The connection belongs to the caller: nothing here closes it. */
export const connectionRule: Rule = {
  expected: 'a connection, as `connect` of @nats-io/transport-node returns it',
  holds: (value) =>
    isObject(value) &&
    ['request', 'status', 'flush'].every(
      (name) => typeof (value as Record<string, unknown>)[name] === 'function',
    ),
}

const matches = (expected: string, pattern: RegExp): Rule => ({
  expected,
  holds: (value) => typeof value === 'string' && pattern.test(value),
})

/** The names of streams and consumers become words of subjects. */
export const nameRule = matches('a name without white space and the characters . * > / \\', /^[^\s.*>/\\]+$/)
export const subjectRule = matches('a subject: words with dots between them', /^[^\s.]+(\.[^\s.]+)*$/)
export const publishSubjectRule = matches(
  'a subject without wildcards: words with dots between them',
  /^[^\s.*>]+(\.[^\s.*>]+)*$/,
)
