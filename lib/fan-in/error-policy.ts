import { delay } from './delayed-errors.ts'
import { fail, type ErrorPolicy, type InputErrorOptions } from './input-errors.ts'
import { reportTo } from './reported-errors.ts'

/** The policy that the option `errors` asks for. */
export function errorPolicyOf({ errors = 'fail' }: InputErrorOptions): ErrorPolicy {
  if (errors === 'fail') return fail
  return errors === 'delay' ? delay : reportTo(errors)
}
