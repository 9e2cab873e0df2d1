import type { Rule } from '../kernel/options.ts'

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
