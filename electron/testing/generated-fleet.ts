/**
 * Fleets of real shape, for tests over all views of one: kubeconfig and AWS files with an environment, what checks of their
 * contexts observed and when, and who may enter the clusters. What files say is read by the product's own readers.
 */
import fc from 'fast-check'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { AccessEntry } from '../../shared/identity/access-entries'
import { parseClusterArn } from '../../shared/identity/arn'
import { withExpected } from '../../shared/identity/expected'
import { type Check, type ProblemCode, type Proven, problem, type Seen } from '../../shared/identity/identity'
import { nothingSwept, type Swept } from '../../shared/identity/search-results'
import { type ClusterObservation, type StsObservation, verdictOf } from '../../shared/identity/verdict'
import type { ContextEntry } from '../../shared/kubeconfig/entries'
import { hostileNames } from './kubeconfig-arbitrary'

const accounts = ['111122223333', '444455556666', '777788889999', '999900001111'] as const
const names = ['Admin', 'ReadOnly', 'Developer', 'Deploy'] as const
const hour = 3_600_000

const roleArn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`
const ssoArn = (account: string, name: string) =>
  `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${name}_0123456789abcdef`
const userArn = (name: string) => `arn:aws:iam::111122223333:user/${name}`
const keyOf = (name: string) => `AKIA${name.toUpperCase().padEnd(16, 'X').slice(0, 16)}`
const owners: Readonly<Record<string, string>> = { [keyOf('user0')]: 'alice', [keyOf('user1')]: 'carol' }

/** Identities that AWS may name for a token. */
const people = [
  ...accounts.flatMap((account) => names.map((name) => roleArn(account, name))),
  ...accounts.map((account) => ssoArn(account, 'Developer')),
  ...['alice', 'carol', 'dave'].map(userArn),
]

/** Profiles by how they sign in; `at` draws among what there is of each. */
const profileKinds = {
  keys: (at: number) =>
    `aws_access_key_id = ${keyOf(`user${at % 3}`)}\naws_secret_access_key = secret-of-the-generated-fleet`,
  role: (at: number) =>
    `role_arn = ${roleArn(accounts[at % 4] ?? '', names[at % 3] ?? '')}\nsource_profile = keys-${at % 2}`,
  chain: (at: number) =>
    `role_arn = ${roleArn(accounts[at % 3] ?? '', 'Deploy')}\nsource_profile = role-${at % 2}`,
  sso: (at: number) =>
    `sso_session = corp\nsso_account_id = ${accounts[at % 4]}\nsso_role_name = ${names[at % 3]}${at % 2 === 0 ? '\nsso_account_name = pay <&> co' : ''}`,
  process: (at: number) => `credential_process = /usr/bin/give-keys ${at}`,
  web: (at: number) =>
    `role_arn = ${roleArn(accounts[at % 2] ?? '', 'Deploy')}\nweb_identity_token_file = /var/run/token`,
  dangling: () => `role_arn = ${roleArn(accounts[0], 'Admin')}\nsource_profile = nobody`,
} as const
const profileNames = Object.keys(profileKinds).flatMap((kind) => [`${kind}-0`, `${kind}-1`])

const awsConfig = (of: number): string =>
  [
    '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1',
    ...Object.entries(profileKinds).flatMap(([kind, says]) =>
      [0, 1].map((at) => `[profile ${kind}-${at}]\nregion = eu-west-1\n${says(of + at)}`),
    ),
    '',
  ].join('\n')

const hostile = fc.constantFrom(
  ...hostileNames.slice(0, 40),
  '"><script>alert(1)</script>',
  "'; rm -rf ~ #",
  'right\u202eleft',
  '=1+1|`x`',
  ']]><!--',
)
const nameOf = (prefix: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.nat(9_999).map((at) => `${prefix}-${at}`) },
    { weight: 1, arbitrary: hostile },
  )

const cluster = fc.record({
  account: fc.constantFrom(...accounts),
  region: fc.constantFrom('eu-west-1', 'us-east-1'),
  short: fc.constantFrom('prod', 'stage', 'data'),
  /** As aws names its entry, or a person. */
  alias: fc.option(nameOf('cluster')),
  /** Whether AWS was asked about it, and what was read there. */
  known: fc.constantFrom('not asked', 'described', 'read', 'not read'),
  enter: fc.array(fc.record({ who: fc.constantFrom(...people), everything: fc.boolean() }), { maxLength: 5 }),
})

const user = fc.record({
  name: nameOf('user'),
  kind: fc.constantFrom(
    ...(['arg', 'arg', 'arg', 'env', 'env', 'role', 'role', 'nobody', 'keys'] as const),
    ...(['certificate', 'token', 'other', 'alpha', 'none'] as const),
  ),
  profile: fc.constantFrom(...profileNames, 'no-such-profile'),
  role: fc.constantFrom(...people.slice(0, 8)),
  impersonates: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
})

const failures = [
  ...(['assume-role-denied', 'keys-unknown', 'expired-keys', 'sso-login', 'mfa-code'] as const),
  ...(['command-not-found', 'command-failed', 'sts-unreachable', 'throttled', 'internal'] as const),
] satisfies readonly ProblemCode[]

const outcome = fc.record({
  /** The identity that AWS proves: the intended one, the predicted one, another, nobody; or that the context was never checked. */
  proves: fc.constantFrom(
    ...(['never', 'intended', 'intended', 'intended', 'intended', 'intended'] as const),
    ...(['predicted', 'another', 'nobody'] as const),
  ),
  another: fc.constantFrom(...people),
  failure: fc.constantFrom(...failures),
  cluster: fc.constantFrom(
    ...(['sees', 'sees', 'sees', 'sees another', 'lets in', 'refuses', 'fails', 'not asked'] as const),
  ),
  everything: fc.constantFrom(true, false, null),
  masters: fc.boolean(),
  age: fc.constantFrom(
    ...(['now', 'now', 'now', 'now', 'now', 'now', 'now'] as const),
    ...(['old', 'changed', 'ended', 'expected'] as const),
  ),
})
export type Outcome = typeof outcome extends fc.Arbitrary<infer T> ? T : never

const context = fc.record({
  name: nameOf('context'),
  cluster: fc.nat(9),
  user: fc.nat(9),
  /** Another one of a name is shadowed. */
  file: fc.constantFrom(0, 0, 0, 1),
  dangles: fc.integer({ min: 0, max: 14 }).map((draw) => draw === 0),
  expected: fc.option(fc.constantFrom(...people), { freq: 5 }),
  outcome,
})

/** A fleet as it lies on disk, and what was observed of it. */
export interface GeneratedFleet {
  /** By their paths below the home folder. */
  readonly files: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, string>>
  /** By the places of contexts in the files. */
  readonly outcomes: readonly Outcome[]
  readonly swept: (now: number) => Swept
}

/** Each entry is a line of its own, so that findings have one. */
const kubeconfig = (lists: Readonly<Record<string, readonly object[]>>, current: string): string =>
  [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${JSON.stringify(current)}`,
    ...Object.entries(lists).flatMap(([name, list]) =>
      list.length === 0 ? [`${name}: []`] : [`${name}:`, ...list.map((one) => `- ${JSON.stringify(one)}`)],
    ),
    '',
  ].join('\n')

const certificate = Buffer.alloc(60, 'certificate').toString('base64')
const named = <T extends { readonly name: string }>(list: readonly T[]): readonly T[] => [
  ...new Map(list.map((one) => [one.name, one])).values(),
]

/** Contexts of at most so many, in one or two kubeconfigs. */
export const generatedFleet = (most: number): fc.Arbitrary<GeneratedFleet> =>
  fc
    .record({
      clusters: fc.array(cluster, { minLength: 1, maxLength: 8, size: 'max' }),
      users: fc.array(user, { minLength: 1, maxLength: 10, size: 'max' }),
      contexts: fc.array(context, { minLength: 1, maxLength: most, size: 'max' }),
      aws: fc.nat(5),
      keys: fc.constantFrom(null, null, 'user0', 'stranger'),
      profile: fc.constantFrom(null, null, 'role-0', 'sso-1'),
    })
    .map(({ clusters, users, contexts, aws, keys, profile }): GeneratedFleet => {
      const at = clusters.map(({ account, region, short, alias, ...more }) => {
        const arn = `arn:aws:eks:${region}:${account}:cluster/${short}`
        const server = `https://${Buffer.from(arn).toString('hex').slice(-32).toUpperCase()}.gr7.${region}.eks.amazonaws.com`
        return { ...more, arn, short, region, server, name: alias ?? arn }
      })
      const clusterOf = (draw: number) => at[draw % at.length]
      const entered = named(
        users.map(({ name, kind, profile, role, impersonates }, place) => {
          const { short = '', region = '' } = clusterOf(place) ?? {}
          const args = [
            ...['eks', 'get-token', '--cluster-name', short, '--region', region],
            ...(kind === 'arg' ? ['--profile', profile] : []),
            ...(kind === 'role' ? ['--role-arn', role] : []),
          ]
          const env = {
            env: [{ name: 'AWS_PROFILE', value: profile }],
            keys: [
              { name: 'AWS_ACCESS_KEY_ID', value: keyOf('user1') },
              { name: 'AWS_SECRET_ACCESS_KEY', value: 'secret-in-the-entry' },
            ],
          }
          const version = kind === 'alpha' ? 'v1alpha1' : 'v1beta1'
          const exec = {
            apiVersion: `client.authentication.k8s.io/${version}`,
            command: kind === 'other' ? 'company-login' : 'aws',
            args,
            ...(kind === 'env' || kind === 'keys' ? { env: env[kind] } : {}),
          }
          const signs =
            kind === 'none'
              ? {}
              : kind === 'token'
                ? { token: 'token-of-the-generated-fleet' }
                : kind === 'certificate'
                  ? { 'client-certificate-data': certificate, 'client-key-data': certificate }
                  : { exec }
          return { name, user: { ...signs, ...(impersonates ? { as: 'someone' } : {}) } }
        }),
      )
      const written = contexts.map((one) => {
        const value = {
          cluster: one.dangles ? 'no-such-cluster' : (clusterOf(one.cluster)?.name ?? ''),
          user: entered[one.user % entered.length]?.name ?? '',
        }
        return { ...one, entry: { name: one.name, context: withExpected(value, one.expected) } }
      })
      const inFile = (file: number) => [
        ...new Map(written.flatMap((one) => (one.file === file ? [[one.name, one] as const] : []))).values(),
      ]
      const [first, second] = [inFile(0), inFile(1)]
      const lists = {
        clusters: named(
          at.map(({ name, server }) => ({
            name,
            cluster: { server, 'certificate-authority-data': certificate },
          })),
        ),
        users: entered,
      }
      return {
        files: {
          '.kube/config': kubeconfig(
            { ...lists, contexts: first.map(({ entry }) => entry) },
            written[0]?.name ?? '',
          ),
          ...(second.length > 0 && {
            '.kube/second': kubeconfig({ contexts: second.map(({ entry }) => entry) }, ''),
          }),
          '.aws/config': awsConfig(aws),
        },
        variables: {
          ...(keys !== null && {
            AWS_ACCESS_KEY_ID: keyOf(keys),
            AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment',
          }),
          ...(profile !== null && { AWS_PROFILE: profile }),
        },
        outcomes: [...first, ...second].map((one) => one.outcome),
        swept: (now) => sweptOf(at, now),
      }
    })

type At = Pick<typeof cluster extends fc.Arbitrary<infer T> ? T : never, 'known' | 'enter'> & {
  readonly arn: string
  readonly server: string
}

/** What looking for clusters found: those that AWS described, and who may enter those whose lists were read. */
function sweptOf(clusters: readonly At[], now: number): Swept {
  const found = [...new Map(clusters.map((one) => [one.arn, one])).values()].flatMap((one) => {
    const { account = '', region = '', name = '' } = parseClusterArn(one.arn) ?? {}
    return one.known === 'not asked' ? [] : [{ ...one, name, askedBy: { account, region, endpoint: null } }]
  })
  return {
    ...nothingSwept,
    clusters: found.map(({ arn, name, server, askedBy }) => ({
      ...{ arn, name, askedBy, region: askedBy.region, partition: 'aws', status: 'ACTIVE', version: '1.31' },
      ...{ endpoint: server, authority: null, serviceRole: null, outpostClusterId: null },
      ...{ authenticationMode: 'API', publicEndpoint: true, privateEndpoint: true },
      ...{ foundBy: [], at: now - hour, goneAt: null },
    })),
    access: found.flatMap(({ arn, askedBy, known, enter }) =>
      known === 'described'
        ? []
        : {
            ...{ cluster: arn, askedBy, at: now - hour },
            entries:
              known === 'not read'
                ? { state: 'not-read' as const, why: 'AWS refused it.', next: 'Ask.' }
                : { state: 'read' as const, value: enter.map(accessEntry) },
          },
    ),
  }
}

const accessEntry = ({ who, everything }: At['enter'][number]): AccessEntry => ({
  ...{ principalArn: who, type: 'STANDARD', username: who, groups: [], modifiedAt: null, problem: null },
  policies: [
    {
      arn: `arn:aws:eks::aws:cluster-access-policy/${everything ? 'AmazonEKSClusterAdminPolicy' : 'AmazonEKSViewPolicy'}`,
      name: everything ? 'AmazonEKSClusterAdminPolicy' : 'AmazonEKSViewPolicy',
      namespaces: null,
    },
  ],
})

const said = (code: ProblemCode) => problem(code, 'It happened so.', 'Do the next thing.')

function provenAs(arn: string, accessKeyId: string): Proven {
  const account = arn.split(':')[4] ?? ''
  return { ...{ arn, canonicalArn: arn, account, accessKeyId }, userId: 'AIDAGENERATED', ms: 1 }
}

/** The check that observed this of a context, with the verdict of the product; null: it was never checked. */
export function checkBy(
  { id, name }: Pick<ContextEntry, 'id' | 'name'>,
  identity: ContextIdentity,
  { proves, another, failure, cluster, everything, masters, age }: Outcome,
  impersonates: boolean,
  now: number,
): Check | null {
  if (proves === 'never') return null
  const { predicted, auth } = identity
  const intended =
    age === 'expected'
      ? { ...identity.intended, arn: another, accessKeyId: null, permissionSet: null, expected: true }
      : identity.intended
  const withoutAws = ['client-certificate', 'token', 'basic', 'auth-provider', 'none'].includes(auth)
  const meant = proves === 'intended' ? intended : predicted
  // A key is of one user for ever.
  const owner = meant.accessKeyId === null ? null : userArn(owners[meant.accessKeyId] ?? 'dave')
  const key = proves === 'another' ? null : meant.accessKeyId
  const arn = key !== null && owner !== null ? owner : proves === 'another' ? another : (meant.arn ?? another)
  const sts: StsObservation =
    withoutAws || proves === 'nobody'
      ? { kind: 'not-asked' }
      : { kind: 'proven', proven: provenAs(arn, key ?? 'ASIAGENERATEDXXXXXXX') }
  const asked = withoutAws || sts.kind === 'proven'
  const seen: Seen = {
    ...{ username: withoutAws ? 'someone' : arn, uid: null, groups: masters ? ['system:masters'] : [] },
    extra: cluster === 'sees another' ? { arn: [userArn('mallory')] } : {},
    ...{ fromDenial: false, everything, ms: 1 },
  }
  const answer: ClusterObservation = !asked
    ? { kind: 'not-asked' }
    : cluster === 'sees' || cluster === 'sees another'
      ? { kind: 'seen', seen }
      : cluster === 'lets in'
        ? { kind: 'let-in' }
        : { kind: 'failed', problem: said(cluster === 'refuses' ? 'unauthorized' : 'cluster-timeout') }
  const asSomeone: ClusterObservation =
    !impersonates || answer.kind !== 'seen'
      ? { kind: 'not-asked' }
      : everything === null
        ? { kind: 'failed', problem: said('impersonation-refused') }
        : { kind: 'seen', seen: { ...seen, username: 'someone', extra: {}, everything: !everything } }
  const observed = {
    ...{ intended, predicted, winningKey: null, sts, cluster: answer },
    entry: withoutAws
      ? ({ kind: 'other-credentials', problem: said('static-token') } as const)
      : ({ kind: 'runs-command' } as const),
    command:
      asked && !withoutAws
        ? ({ kind: 'aws-token', accessKeyId: 'ASIAGENERATEDXXXXXXX' } as const)
        : withoutAws
          ? ({ kind: 'not-run' } as const)
          : ({ kind: 'no-token', problem: said(failure) } as const),
    actsAs: asSomeone,
  }
  const judged = verdictOf(observed)
  const behind =
    [answer, asSomeone].flatMap((one) =>
      one.kind === 'failed' && one.problem !== judged.problem ? one.problem : [],
    )[0] ?? null
  return {
    ...{ context: id, contextName: name, environment: 'app', ...judged, intended, predicted, aws: null },
    at: age === 'old' ? now - 30 * hour : now - hour / 2,
    fingerprint: age === 'changed' ? 'another' : identity.fingerprint,
    until: age === 'ended' ? now - hour / 4 : null,
    ...(behind !== null && { clusterProblem: behind }),
    ...{ proven: sts.kind === 'proven' ? sts.proven : null, seen: answer.kind === 'seen' ? seen : null },
    ...{ actsAs: asSomeone.kind === 'seen' ? asSomeone.seen : null, token: null, ms: 1 },
    steps:
      answer.kind === 'let-in'
        ? [{ kind: 'cluster', outcome: 'ok', title: 'Let in', detail: '', ms: 1 }]
        : [],
  }
}
