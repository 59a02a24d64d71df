/**
 * The account service, as far as it says which regions an account has enabled.
 * Source: Account Management API reference, ListRegions; shapes compared with what aws-cli 2.23 parses.
 */
import { allRegions, partitionOfRegion } from '../../../shared/identity/regions'
import { authenticate, mayDo, type Outcome } from './authenticate'
import { eksError, restRefusal } from './eks'
import { json, parseObject } from './http'
import type { Keys } from './keys'
import { pathOf, type ReceivedRequest } from './sigv4'
import type { World } from './world'

/** Those that no account can disable. */
const enabledByDefault: ReadonlySet<string> = new Set([
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'sa-east-1', 'ca-central-1'],
  ...['eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
  ...['cn-north-1', 'cn-northwest-1', 'us-gov-east-1', 'us-gov-west-1'],
])

/** The operation that a request means; null when it is not for this service. */
export const accountOperation = (request: ReceivedRequest): 'ListRegions' | null =>
  request.method === 'POST' && pathOf(request.target) === '/listRegions' ? 'ListRegions' : null

/** Answers ListRegions for the account of whoever signed. */
export function handleAccount(request: ReceivedRequest, world: World, keys: Keys, now: number): Outcome {
  const who = authenticate(request, 'account', keys, now)
  if (!who.ok) return { caller: null, answer: restRefusal(who.error) }
  const { caller } = who
  if (!mayDo(caller, 'account:ListRegions')) {
    const resource = `arn:${caller.partition}:account::${caller.account}:account`
    const message = `User: ${caller.arn} is not authorized to perform: account:ListRegions (Region information for your account) on resource: ${resource}`
    return { caller, answer: eksError(403, 'AccessDeniedException', message) }
  }
  const { MaxResults = 50, NextToken, RegionOptStatusContains } = parseObject(request.body) ?? {}
  const most = typeof MaxResults === 'number' ? MaxResults : 0
  const from = typeof NextToken === 'string' ? Number(NextToken.replace(/^from-/, '')) : 0
  if (!Number.isInteger(most) || most < 1 || most > 50 || !Number.isInteger(from) || from < 0)
    return { caller, answer: eksError(400, 'ValidationException', 'Invalid MaxResults or NextToken') }
  const enabled = world.accounts.find(({ id }) => id === caller.account)?.enabled ?? []
  const listed = allRegions
    .filter((name) => partitionOfRegion(name) === caller.partition)
    .map((name) => {
      const optedIn = enabled.includes(name) ? 'ENABLED' : 'DISABLED'
      return {
        RegionName: name,
        RegionOptStatus: enabledByDefault.has(name) ? 'ENABLED_BY_DEFAULT' : optedIn,
      }
    })
    .filter(
      ({ RegionOptStatus }) =>
        !Array.isArray(RegionOptStatusContains) || RegionOptStatusContains.includes(RegionOptStatus),
    )
  const to = from + most
  const next = to < listed.length ? { NextToken: `from-${to}` } : {}
  return { caller, answer: json(200, { Regions: listed.slice(from, to), ...next }) }
}
