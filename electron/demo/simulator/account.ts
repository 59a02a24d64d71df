/**
 * The account service, as far as it says which regions an account has enabled.
 * Source: Account Management API reference, ListRegions; shapes compared with what aws-cli 2.23 parses.
 */
import { allRegions, partitionOfRegion } from '../../../shared/identity/regions'
import { type Aws, type Meant, mayDo, signedOutcome } from './authenticate'
import { eksError, restRefusal } from './eks'
import { type Answer, json, pageOf, parseObject } from './http'
import type { Caller } from './signing-keys'
import { pathOf, type ReceivedRequest } from './sigv4'
import type { World } from './world'

/** Those that no account can disable. */
const enabledByDefault: ReadonlySet<string> = new Set([
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'sa-east-1', 'ca-central-1'],
  ...['eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
  ...['cn-north-1', 'cn-northwest-1', 'us-gov-east-1', 'us-gov-west-1'],
])

/** What a request means to this service; null when it is not for it. */
export const accountMeant = (request: ReceivedRequest, aws: Aws): Meant | null =>
  request.method === 'POST' && pathOf(request.target) === '/listRegions'
    ? {
        service: 'account',
        operation: 'ListRegions',
        outcome: () =>
          signedOutcome(request, 'account', aws, restRefusal, (caller) =>
            listRegions(request, aws.world(), caller),
          ),
      }
    : null

/** ListRegions for the account of the signer. */
function listRegions({ body }: ReceivedRequest, world: World, caller: Caller): Answer {
  if (!mayDo(caller, 'account:ListRegions')) {
    const resource = `arn:${caller.partition}:account::${caller.account}:account`
    const message = `User: ${caller.arn} is not authorized to perform: account:ListRegions (Region information for your account) on resource: ${resource}`
    return eksError(403, 'AccessDeniedException', message)
  }
  const { MaxResults = 50, NextToken, RegionOptStatusContains: wanted } = parseObject(body) ?? {}
  const enabled = world.accounts.find(({ id }) => id === caller.account)?.enabled ?? []
  const all = allRegions
    .filter((name) => partitionOfRegion(name) === caller.partition)
    .map((name) => {
      const optedIn = enabled.includes(name) ? 'ENABLED' : 'DISABLED'
      return {
        RegionName: name,
        RegionOptStatus: enabledByDefault.has(name) ? 'ENABLED_BY_DEFAULT' : optedIn,
      }
    })
    .filter(({ RegionOptStatus }) => !Array.isArray(wanted) || wanted.includes(RegionOptStatus))
  const page = pageOf(all, MaxResults, 50, NextToken)
  if (page === null) return eksError(400, 'ValidationException', 'Invalid MaxResults or NextToken')
  return json(200, { Regions: page.items, ...(page.next === null ? {} : { NextToken: page.next }) })
}
