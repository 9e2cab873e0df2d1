import { isObject } from '../kernel/guards.ts'
import { milliseconds, type Rule } from '../kernel/options.ts'

/** The connection belongs to the caller: nothing here closes it. */
export const connectionRule: Rule = {
  expected: 'a connection, as `connect` of @nats-io/transport-node returns it',
  holds: (value) =>
    isObject(value) &&
    ['request', 'status', 'flush'].every(
      (name) => typeof (value as Record<string, unknown>)[name] === 'function',
    ),
}

const LONGEST_NAME = 255
/** A server closes the connection when the subject and what belongs to it have more than 4096 bytes. */
const LONGEST_SUBJECT = 3000

const matches = (expected: string, longest: number, pattern: RegExp): Rule => ({
  expected,
  holds: (value) => typeof value === 'string' && Buffer.byteLength(value) <= longest && pattern.test(value),
})

/** The names of streams and consumers become words of subjects. */
export const nameRule = matches(
  `a name of at most ${LONGEST_NAME} bytes, without white space and the characters . * > / \\`,
  LONGEST_NAME,
  /^[^\s\p{Cc}.*>/\\]+$/u,
)
export const subjectRule = matches(
  'a subject: words with dots between them, each of which may be *, and the last one >',
  LONGEST_SUBJECT,
  /^((\*|[^\s.*>]+)\.)*(\*|>|[^\s.*>]+)$/,
)
export const publishSubjectRule = matches(
  `a subject of at most ${LONGEST_SUBJECT} bytes, without wildcards: words with dots between them`,
  LONGEST_SUBJECT,
  /^[^\s.*>]+(\.[^\s.*>]+)*$/,
)
export const ackWaitRule: Rule = {
  expected: 'a number of milliseconds from 1 to 2147483647',
  holds: (value) => milliseconds.holds(value) && (value as number) >= 1,
}
