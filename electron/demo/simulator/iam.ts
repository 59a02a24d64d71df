/** IAM, as far as it says the alias of an account. Source: IAM API reference, ListAccountAliases; shapes compared with what aws-cli 2.23 parses. */
import { authenticate, mayDo, type Outcome } from './authenticate'
import type { Keys } from './keys'
import { parametersOf, queryAnswers } from './query'
import type { ReceivedRequest } from './sigv4'
import type { World } from './world'

const { success, failure } = queryAnswers('https://iam.amazonaws.com/doc/2010-05-08/')

/** The operation that a request means; null when it is not for this service. */
export function iamOperation(request: ReceivedRequest): string | null {
  const parameters = parametersOf(request)
  return parameters.get('Version') === '2010-05-08' ? (parameters.get('Action') ?? '') : null
}

/** Answers ListAccountAliases for the account of whoever signed. */
export function handleIam(request: ReceivedRequest, world: World, keys: Keys, now: number): Outcome {
  const operation = iamOperation(request) ?? ''
  const who = authenticate(request, 'iam', keys, now)
  if (!who.ok) return { caller: null, answer: failure(request, who.error) }
  const { caller } = who
  if (operation !== 'ListAccountAliases') {
    const message = `Could not find operation ${operation} for version 2010-05-08`
    return { caller, answer: failure(request, { status: 400, code: 'InvalidAction', message }) }
  }
  if (!mayDo(caller, 'iam:ListAccountAliases')) {
    const message = `User: ${caller.arn} is not authorized to perform: iam:ListAccountAliases on resource: *`
    return { caller, answer: failure(request, { status: 403, code: 'AccessDenied', message }) }
  }
  const alias = world.accounts.find(({ id }) => id === caller.account)?.alias
  return {
    caller,
    answer: success(request, operation, {
      IsTruncated: false,
      AccountAliases: alias === undefined ? [] : [alias],
    }),
  }
}
