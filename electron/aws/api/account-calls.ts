/**
 * What an account says of itself: the regions it has enabled (ListRegions of the account service) and its alias
 * (ListAccountAliases of IAM). The SDK has packages of hundreds of calls for these two; here the operations are added to the
 * clients of EKS and STS, which speak the same protocols: REST with JSON, and queries that are answered in XML (clients.ts).
 */
import type {
  EKSClient,
  EKSClientResolvedConfig,
  ServiceInputTypes as EksInput,
  ServiceOutputTypes as EksOutput,
  ListClustersCommandInput,
  ListClustersCommandOutput,
} from '@aws-sdk/client-eks'
import type {
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
  STSClient,
  STSClientResolvedConfig,
  ServiceInputTypes as StsInput,
  ServiceOutputTypes as StsOutput,
} from '@aws-sdk/client-sts'
import * as v from 'valibot'
import { isRegion, partitionOfRegion } from '../../../shared/identity/regions'
import { fail, ok, type Result } from '../../../shared/result'
import { type BoundClient, callOnce, listAll } from './calls'
import { notOfService, type Refused } from './refusals'

/** Far more than AWS has. */
const mostRegions = 200
const mostAliases = 10

const region = v.object({
  RegionName: v.pipe(v.string(), v.maxLength(64), v.check(isRegion)),
  RegionOptStatus: v.pipe(v.string(), v.maxLength(64)),
})
/** As IAM lets one be chosen. */
const alias = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/))

/** The regions that the caller's account has enabled, in the partition of `at.region`. */
export async function enabledRegions(
  at: BoundClient<EKSClient>,
): Promise<Result<readonly string[], Refused>> {
  const ListRegions = await listRegionsCommand()
  const action = 'ListRegions'
  const found = await listAll({ ...at, service: 'account' }, action, {
    item: region,
    most: mostRegions,
    wrong: (why) => anotherShape(action, at, why),
    page: async (client, { nextToken }, options) => {
      const input = {
        MaxResults: 50,
        RegionOptStatusContains: enabled,
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      }
      const answer = await client.send(new ListRegions(input), options)
      return { items: answer.Regions, next: answer.NextToken }
    },
  })
  if (!found.ok) return found
  const partition = partitionOfRegion(at.region)
  const names = found.value
    .filter(({ RegionOptStatus }) => enabled.includes(RegionOptStatus))
    .map(({ RegionName }) => RegionName)
    .filter((name) => partitionOfRegion(name) === partition)
  // No account is without a region.
  return names.length > 0 ? ok([...new Set(names)]) : fail(anotherShape(action, at))
}
const enabled: readonly string[] = ['ENABLED', 'ENABLED_BY_DEFAULT']

/** The alias of the caller's account; null where it has none. */
export async function accountAlias(at: BoundClient<STSClient>): Promise<Result<string | null, Refused>> {
  const ListAccountAliases = await listAccountAliasesCommand()
  const action = 'ListAccountAliases'
  // An account has one at most, so there is no second page.
  const answer = await callOnce({ ...at, service: 'iam' }, action, (client, options) =>
    client.send(new ListAccountAliases({}), options),
  )
  if (!answer.ok) return answer
  // Without an alias the list is an empty element, or there is none.
  const read = v.safeParse(
    v.pipe(v.array(alias), v.maxLength(mostAliases)),
    answer.value.AccountAliases ?? [],
  )
  return read.success ? ok(read.output[0] ?? null) : fail(anotherShape(action, at))
}

const anotherShape = (action: string, at: { readonly region: string }, why?: string): Refused =>
  notOfService('AWS', `${action} in ${at.region}`, why)

/** How each parameter of an endpoint is called in a client's configuration. */
const endpointParameters = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
  UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
} as const

interface ListRegionsInput extends ListClustersCommandInput {
  readonly MaxResults: number
  readonly NextToken?: string
  readonly RegionOptStatusContains: readonly string[]
}
/** Nothing of it is taken as it says. */
interface ListRegionsOutput extends ListClustersCommandOutput {
  readonly Regions?: unknown
  readonly NextToken?: string
}

async function listRegionsCommand() {
  const [{ makeBuilder }, { getEndpointPlugin }] = await smithy()
  const make = makeBuilder<EKSClientResolvedConfig, EksInput, EksOutput>(
    endpointParameters,
    'Account',
    'AccountClient',
    getEndpointPlugin,
  )
  const space = 'com.amazonaws.account'
  return make<ListRegionsInput, ListRegionsOutput>({}, () => [], 'ListRegions', [
    9,
    space,
    'ListRegions',
    { http: ['POST', '/listRegions', 200] },
    [3, space, 'ListRegionsRequest', 0, ['MaxResults', 'NextToken', 'RegionOptStatusContains'], [1, 0, 64]],
    [
      3,
      space,
      'ListRegionsResponse',
      0,
      ['NextToken', 'Regions'],
      [0, [1, space, 'RegionOptList', 0, [3, space, 'Region', 0, ['RegionName', 'RegionOptStatus'], [0, 0]]]],
    ],
  ])
}

interface ListAccountAliasesOutput extends GetCallerIdentityCommandOutput {
  readonly AccountAliases?: unknown
}

async function listAccountAliasesCommand() {
  const [{ makeBuilder }, { getEndpointPlugin }] = await smithy()
  const make = makeBuilder<STSClientResolvedConfig, StsInput, StsOutput>(
    endpointParameters,
    'AWSIdentityManagementV20100508',
    'IAMClient',
    getEndpointPlugin,
  )
  const space = 'com.amazonaws.iam'
  return make<GetCallerIdentityCommandInput, ListAccountAliasesOutput>({}, () => [], 'ListAccountAliases', [
    9,
    space,
    'ListAccountAliases',
    0,
    [3, space, 'ListAccountAliasesRequest', 0, [], []],
    [3, space, 'ListAccountAliasesResponse', 0, ['AccountAliases'], [64]],
  ])
}

const smithy = () => Promise.all([import('@smithy/core/client'), import('@smithy/core/endpoints')])
