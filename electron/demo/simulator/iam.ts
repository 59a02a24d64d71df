/** IAM's alias of an account. Source: IAM API reference, ListAccountAliases; shapes compared with what aws-cli 2.23 parses. */

import { type Aws, type Meant, mayDo, signedOutcome } from './authenticate'
import { parametersOf, queryAnswers } from './query'
import type { ReceivedRequest } from './sigv4'

/** What a request means to IAM; null when it is not for it. */
export function iamMeant(request: ReceivedRequest, aws: Aws): Meant | null {
  const parameters = parametersOf(request)
  if (parameters.get('Version') !== '2010-05-08') return null
  const operation = parameters.get('Action') ?? ''
  const { success, failure } = queryAnswers(request, 'https://iam.amazonaws.com/doc/2010-05-08/')
  return {
    service: 'iam',
    operation,
    outcome: () =>
      signedOutcome(request, 'iam', aws, failure, (caller) => {
        if (operation !== 'ListAccountAliases') {
          const message = `Could not find operation ${operation} for version 2010-05-08`
          return { status: 400, code: 'InvalidAction', message }
        }
        if (!mayDo(caller, 'iam:ListAccountAliases')) {
          const message = `User: ${caller.arn} is not authorized to perform: iam:ListAccountAliases on resource: *`
          return { status: 403, code: 'AccessDenied', message }
        }
        const alias = aws.world().accounts.find(({ id }) => id === caller.account)?.alias
        return success(operation, { IsTruncated: false, AccountAliases: alias === undefined ? [] : [alias] })
      }),
  }
}
