/**
 * How a token is made here: which chain, for which cluster and region, and where its roles are asked for. What is in doubt
 * is left to aws, with the reason in words.
 */
import * as v from 'valibot'
import { execMeaning, type RawExec } from '../../../shared/exec/parse'
import { partitionOfRegion, partitions } from '../../../shared/identity/regions'
import { isStsRegion, loopback } from '../../../shared/identity/sts-hosts'
import { emptyExec } from '../../../shared/kubeconfig/entries'
import { maskAddress } from '../../../shared/kubeconfig/secrets'
import { fail, ok, type Result } from '../../../shared/result'
import { named } from '../../../shared/visible'
import { doubtsAbout, type PredictedChain, predictedChain } from '../chain/predicted-identity'
import type { AwsFiles } from '../files/aws-files'
import type { Variables } from '../files/paths'
import { endpointFor, regionFor, scoped } from '../files/profile-settings'
import { readAwsSettings } from '../files/read-aws-files'
import { urlOf } from '../files/url'
import type { RulesInUse } from '../installed/rules'
import type { SignedFor } from './signature'
import { strangeSetting, strangeVariable } from './understood'

/** A command line of aws, and all that decides what it prints. */
export interface AskedToken {
  /** Those of aws itself: `--region R eks get-token …`. */
  readonly args: readonly string[]
  readonly variables: Variables
  /** Where the variables name none. */
  readonly home: string
  /** Those of the aws that would be run; of every kind where its version is not known: then all have to come to the same. */
  readonly rules: readonly RulesInUse[]
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /**
   * Waits until no other process asks AWS for the credentials of this name, or `needed` says that they are there by now. Gives the
   * function that lets the next process begin. It may give up waiting: credentials may be asked for twice.
   */
  readonly turn?: (name: string, needed: () => Promise<boolean>) => Promise<() => Promise<unknown>>
}

/** Everything of a token but its keys. */
export interface TokenPlan {
  readonly asked: AskedToken
  readonly files: AwsFiles
  readonly chain: PredictedChain
  readonly cluster: string
  readonly apiVersion: string
  /** Of STS, which also gives the roles. */
  readonly sts: SignedFor
}

/** How a token is made here; or why it is left to aws. */
export async function planOf(asked: AskedToken): Promise<Result<TokenPlan, string>> {
  const { variables, home } = asked
  return planIn(await readAwsSettings({ variables, home }), asked)
}

/** The same by AWS files that were read. */
export function planIn(files: AwsFiles, asked: AskedToken): Result<TokenPlan, string> {
  const { variables, rules } = asked
  const strange = strangeVariable(variables)
  if (strange !== null) return fail(`${strange} is set`)
  const apiVersion = apiVersionIn(variables.KUBERNETES_EXEC_INFO)
  if (apiVersion === null) return fail('KUBERNETES_EXEC_INFO names neither v1 nor v1beta1')
  const plans = rules.map((one) => planBy(one, files, apiVersion, asked))
  const [first = fail('no version of aws is known'), ...others] = plans
  const differs = others.some(
    (other) =>
      other.ok !== first.ok || (other.ok && first.ok && decided(other.value) !== decided(first.value)),
  )
  return first.ok && differs
    ? fail('versions of aws differ in it, and the version of this one is not known')
    : first
}

const ownSources: ReadonlySet<string> = new Set(['keys', 'sso', 'web-identity'])

/** Whether tokens of this plan are made here as long as its sign-in lasts: no other program gives keys, and none asks for a code. */
export const isMadeHere = ({ chain: { source, roles } }: TokenPlan): boolean =>
  source !== null && ownSources.has(source.kind) && roles.every(({ mfaSerial }) => mfaSerial === null)

/** What a plan comes to: whose token it is, and for which region. Versions keep it in different places. */
const decided = ({ chain: { profile, source, roles }, sts }: TokenPlan) =>
  JSON.stringify([profile, source && { ...source, cacheKey: null }, roles, sts])

function planBy(
  rules: RulesInUse,
  files: AwsFiles,
  apiVersion: string,
  asked: AskedToken,
): Result<TokenPlan, string> {
  const { args, variables } = asked
  const exec: RawExec = { ...emptyExec, command: 'aws', args }
  const meaning = execMeaning(exec, rules.version)
  if (!meaning.complete) return fail(meaning.unknown ?? 'the arguments are not understood')
  const cluster = meaning.clusterName || meaning.clusterId || ''
  if (!/^[\w.-]+$/.test(cluster)) return fail('the name of the cluster is not one of EKS')
  const input = {
    meaning,
    exec,
    files,
    environment: { name: 'app', variables },
    rules,
    now: asked.now(),
  } as const
  const chain = predictedChain(input)
  const [doubt] = doubtsAbout(input, chain)
  if (chain.problem !== null) return fail(chain.problem.message.replace(/\.$/, ''))
  if (doubt !== undefined) return fail(doubt)
  const setting = strangeSetting(files, chain.profile, chain)
  if (setting !== null) return fail(`${setting} is set`)
  const output =
    meaning.output ?? variables.AWS_DEFAULT_OUTPUT ?? scoped(files, chain.profile).output?.value ?? 'json'
  if (output !== 'json') return fail(`its output is ${named(output)}`)
  const argument = meaning.regionPinnedBy === 'arg' ? meaning.region : null
  const region = argument ?? regionFor(files, chain.profile, variables, rules.rules)?.value ?? null
  // Roles of profiles are asked for without one, and the token is not.
  if (region === '') return fail('the region is empty')
  const sts = placeOf('sts', region, files, chain.profile, variables)
  return sts.ok ? ok({ asked, files, chain, cluster, apiVersion, sts: sts.value }) : sts
}

const execApi = 'client.authentication.k8s.io/'
const ExecInfo = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ apiVersion: v.picklist([`${execApi}v1`, `${execApi}v1beta1`]) }),
)

/** The version of the API that kubectl speaks; null where aws would say something about it. */
function apiVersionIn(info: string | undefined): string | null {
  if (!info) return `${execApi}v1beta1`
  const read = v.safeParse(ExecInfo, info)
  return read.success ? read.output.apiVersion : null
}

/** Where a service of a region is asked: what environment and profile name, else AWS's own. `region`: null for none. */
export function placeOf(
  service: 'sts' | 'sso',
  region: string | null,
  files: AwsFiles,
  profile: string | null,
  variables: Variables,
): Result<SignedFor, string> {
  const configured = endpointFor(files, profile, service, variables).endpoint?.value
  if (configured !== undefined) {
    const url = urlOf(configured)
    const plain =
      url !== null && [url.origin, `${url.origin}/`].includes(configured) && /^https?:/.test(configured)
    if (!plain) return fail(`the endpoint ${named(maskAddress(configured))} is more than a scheme and a host`)
    if (region === null || (url.protocol === 'http:' && !loopback(url.hostname)))
      return fail(`the endpoint ${named(maskAddress(configured))} is another than aws’s own`)
    return ok({ origin: url.origin, region })
  }
  // Without a region aws asks the one STS that every region shares, whose own is this.
  if (region === null) return ok({ origin: 'https://sts.amazonaws.com', region: 'us-east-1' })
  if (!isStsRegion(region) || region !== region.toLowerCase())
    return fail(`${named(region)} is not a region of AWS`)
  const partition = partitionOfRegion(region)
  const domain = partitions.find(({ id }) => id === partition)?.domain
  return ok({ origin: `https://${service === 'sso' ? 'portal.sso' : service}.${region}.${domain}`, region })
}
