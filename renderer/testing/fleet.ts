/** A made-up company's contexts for component tests: every verdict, hostile names, shared users, two partitions. */

import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Finding } from '../../shared/findings/finding-rules'
import type {
  Check,
  EnvironmentName,
  Intended,
  Predicted,
  Problem,
  ProfilePin,
  Proven,
  Seen,
  Step,
  Verdict,
} from '../../shared/identity/identity'
import type { IdentityReport } from '../../shared/ipc/contract'
import {
  type ClusterEntry,
  type ContextEntry,
  emptyCluster,
  emptyContext,
  emptyExec,
  emptyUser,
  entryId,
  type KubeconfigFile,
  type Snapshot,
  type UserEntry,
} from '../../shared/kubeconfig/entries'

export const home = '/home/ana'
export const mainFile = `${home}/.kube/config`
export const legacyFile = `${home}/.kube/legacy`
export const now = Date.UTC(2026, 10, 25, 9, 41)
const carol = 'arn:aws:iam::111122223333:user/carol'
const carolKey = 'AKIAIOSFODNN7EXA7QX2'

interface Plan {
  readonly name: string
  readonly cluster: string
  readonly region: string
  readonly account: string
  readonly partition?: string
  readonly namespace?: string
  readonly profile?: string
  readonly pin?: ProfilePin
  readonly role?: string
  readonly permissionSet?: string
  readonly user?: string
  readonly file?: string
  /** What a check finds; absent: unchecked at start. */
  readonly verdict?: Verdict
  readonly problem?: Problem
  readonly kept?: 'fresh' | 'changed' | 'old' | 'none'
  /** The environment's own keys win. */
  readonly hijacked?: boolean
  readonly unpinned?: boolean
  readonly unsupported?: boolean
  readonly findings?: readonly Finding['id'][]
}

const problem = (code: Problem['code'], message: string, next: string): Problem => ({ code, message, next })

const pay = '111122223333'
const dev = '444455556666'
const platform = '777788889999'
const lake = '123412341234'
const cn = '505050505050'
const edge = '909090909090'

export const plans: readonly Plan[] = [
  {
    name: 'prod-admin',
    cluster: 'prod-eu',
    region: 'eu-west-1',
    account: pay,
    namespace: 'checkout',
    profile: 'pay',
    pin: 'arg',
    role: 'Admin',
    verdict: 'verified',
    kept: 'fresh',
  },
  {
    name: 'prod-readonly',
    cluster: 'prod-eu',
    region: 'eu-west-1',
    account: pay,
    namespace: 'checkout',
    profile: 'pay-ro',
    pin: 'env',
    role: 'ReadOnly',
    verdict: 'mismatch',
    kept: 'fresh',
    hijacked: true,
    findings: ['env-keys-win'],
  },
  {
    name: 'prod-us-admin',
    cluster: 'prod-us',
    region: 'us-east-1',
    account: pay,
    profile: 'pay',
    pin: 'arg',
    role: 'Admin',
    verdict: 'verified',
    kept: 'fresh',
    user: 'prod-us',
    findings: ['shared-user', 'same-identity'],
  },
  {
    name: 'prod-us-viewer',
    cluster: 'prod-us',
    region: 'us-east-1',
    account: pay,
    profile: 'pay',
    pin: 'arg',
    role: 'Admin',
    verdict: 'verified',
    kept: 'fresh',
    user: 'prod-us',
    findings: ['shared-user', 'same-identity'],
  },
  {
    name: 'prod-audit',
    cluster: 'prod-eu',
    region: 'eu-west-1',
    account: pay,
    profile: 'audit',
    pin: 'arg',
    role: 'security/SecurityAudit',
    verdict: 'no-access',
    kept: 'fresh',
    problem: problem(
      'unauthorized',
      'The cluster answered 401: no access entry or aws-auth mapping fits arn:aws:iam::111122223333:role/SecurityAudit.',
      'Ask an administrator of prod-eu for an access entry for this role.',
    ),
  },
  {
    name: 'stage',
    cluster: 'stage',
    region: 'eu-west-1',
    account: dev,
    namespace: 'web',
    profile: 'dev',
    pin: 'arg',
    permissionSet: 'Developer',
    verdict: 'verified',
    kept: 'fresh',
  },
  {
    name: 'stage-admin',
    cluster: 'stage',
    region: 'eu-west-1',
    account: dev,
    namespace: 'web',
    profile: 'dev',
    pin: 'arg',
    role: 'ClusterAdmin',
    verdict: 'broken',
    kept: 'fresh',
    findings: ['double-assume'],
    problem: problem(
      'assume-role-denied',
      'aws could not assume arn:aws:iam::444455556666:role/ClusterAdmin: its trust policy does not let AWSReservedSSO_Developer in.',
      'Drop --role from the entry, or let the role trust the permission set Developer.',
    ),
  },
  {
    name: 'sandbox-7',
    cluster: 'sandbox-7',
    region: 'eu-central-1',
    account: dev,
    unpinned: true,
    verdict: 'proven',
    kept: 'fresh',
    hijacked: true,
    findings: ['unpinned'],
  },
  {
    name: 'sandbox-8',
    cluster: 'sandbox-8',
    region: 'eu-central-1',
    account: dev,
    unpinned: true,
    findings: ['unpinned'],
  },
  {
    name: 'platform-tools',
    cluster: 'tools',
    region: 'eu-west-1',
    account: platform,
    namespace: 'argocd',
    profile: 'platform',
    pin: 'arg',
    role: 'PlatformOps',
    verdict: 'verified',
    kept: 'old',
  },
  {
    name: 'platform-ci',
    cluster: 'tools',
    region: 'eu-west-1',
    account: platform,
    namespace: 'ci',
    profile: 'ci',
    pin: 'arg',
    role: 'ci-deployer',
    verdict: 'verified',
    kept: 'changed',
  },
  {
    name: 'edge-ap-1',
    cluster: 'edge-1',
    region: 'ap-southeast-2',
    account: edge,
    profile: 'edge',
    pin: 'arg',
    role: 'PlatformOps',
    verdict: 'unreachable',
    kept: 'fresh',
    problem: problem(
      'cluster-timeout',
      'edge-1 did not answer within 10 s; its endpoint is private and AWS had proved the identity before.',
      'Connect to the VPN of the edge network, then verify again.',
    ),
  },
  {
    name: 'edge-ap-2',
    cluster: 'edge-2',
    region: 'ap-southeast-2',
    account: edge,
    profile: 'edge',
    pin: 'arg',
    role: 'PlatformOps',
  },
  {
    name: 'lake-spark',
    cluster: 'lake',
    region: 'us-west-2',
    account: lake,
    namespace: 'spark',
    profile: 'data-spark',
    pin: 'env',
    permissionSet: 'DataEngineer',
    verdict: 'login-needed',
    kept: 'fresh',
    findings: ['env-keys-win'],
    problem: problem(
      'sso-login',
      'The sign-in of SSO session "corp" ended 3 h ago and cannot be renewed in silence.',
      'Run: aws sso login --profile data-spark',
    ),
  },
  {
    name: 'lake-notebooks',
    cluster: 'lake',
    region: 'us-west-2',
    account: lake,
    namespace: 'jupyter',
    profile: 'data-spark',
    pin: 'env',
    permissionSet: 'DataEngineer',
    verdict: 'login-needed',
    kept: 'fresh',
    findings: ['env-keys-win'],
    problem: problem(
      'sso-login',
      'The sign-in of SSO session "corp" ended 3 h ago and cannot be renewed in silence.',
      'Run: aws sso login --profile data-spark',
    ),
  },
  {
    name: 'lake-batch',
    cluster: 'lake',
    region: 'us-west-2',
    account: lake,
    profile: 'batch-tmp',
    pin: 'arg',
    role: 'BatchRunner',
    verdict: 'expired',
    kept: 'fresh',
    problem: problem(
      'expired-keys',
      'STS says the temporary keys of profile batch-tmp expired 2 days ago.',
      'Put fresh keys into profile batch-tmp in ~/.aws/credentials.',
    ),
  },
  {
    name: 'cn-north',
    cluster: 'cn-core',
    region: 'cn-north-1',
    account: cn,
    partition: 'aws-cn',
    profile: 'cn',
    pin: 'arg',
    role: 'CnOps',
    verdict: 'verified',
    kept: 'fresh',
  },
  {
    name: 'kind-local',
    cluster: 'kind-local',
    region: '',
    account: '',
    unsupported: true,
    verdict: 'unsupported',
    kept: 'fresh',
    file: legacyFile,
    problem: problem(
      'client-certificate',
      'The user entry signs in by a client certificate, so no AWS identity stands behind it.',
      'Nothing to do; the cluster was asked whom it sees.',
    ),
  },
  {
    name: 'old-core',
    cluster: 'core',
    region: 'eu-west-1',
    account: platform,
    profile: 'platform',
    pin: 'arg',
    role: 'PlatformOps',
    file: legacyFile,
    verdict: 'broken',
    kept: 'fresh',
    findings: ['deprecated-api-version'],
    problem: problem(
      'deprecated-api-version',
      'The entry asks for client.authentication.k8s.io/v1alpha1, which kubectl refuses since 1.24.',
      'Change apiVersion to client.authentication.k8s.io/v1beta1.',
    ),
  },
  {
    name: 'legacy-ops',
    cluster: 'core',
    region: 'eu-west-1',
    account: platform,
    profile: 'gone',
    pin: 'arg',
    file: legacyFile,
    verdict: 'broken',
    kept: 'fresh',
    findings: ['unknown-profile'],
    problem: problem(
      'unknown-profile',
      'The config profile (gone) could not be found.',
      'Write a profile called gone, or name another one in the entry.',
    ),
  },
  {
    name: 'evil\u202Egnp.exe',
    cluster: 'core',
    region: 'eu-west-1',
    account: platform,
    profile: 'platform',
    pin: 'arg',
    role: 'PlatformOps',
    file: legacyFile,
  },
  {
    name: '=cmd|calc',
    cluster: 'core',
    region: 'eu-west-1',
    account: platform,
    profile: 'platform',
    pin: 'arg',
    role: 'PlatformOps',
    file: legacyFile,
    namespace: 'a\u200Bb',
  },
  {
    name: 'prod-admin-copy',
    cluster: 'prod-eu',
    region: 'eu-west-1',
    account: pay,
    profile: 'pay',
    pin: 'arg',
    role: 'Admin',
    file: legacyFile,
    verdict: 'verified',
    kept: 'fresh',
    findings: ['same-identity'],
  },
  {
    name: 'tool-by-wrapper',
    cluster: 'tools',
    region: 'eu-west-1',
    account: platform,
    file: legacyFile,
    profile: 'platform',
    pin: 'arg',
    role: 'PlatformOps',
    findings: ['command-not-allowed'],
  },
]

const teams = ['checkout', 'search', 'billing', 'mobile', 'ml', 'risk', 'growth']
const regions = ['eu-west-1', 'us-east-1', 'us-west-2', 'ap-southeast-2', 'eu-central-1']
const roles = ['Admin', 'Developer', 'ReadOnly', 'PlatformOps', 'OnCall', 'Release', 'Support', 'NetworkOps']

/** Fills the fleet up to `count` contexts, always the same ones. */
export function fleetPlans(count: number): readonly Plan[] {
  const extra: Plan[] = []
  for (let index = 0; plans.length + extra.length < count; index++) {
    const team = teams[index % teams.length] ?? 'team'
    const region = regions[index % regions.length] ?? 'eu-west-1'
    const role = roles[(index * 5) % roles.length] ?? 'Admin'
    const account = String(600_000_000_000 + (index % (count > 1_000 ? 40 : 4)) * 10_203_040_506).slice(0, 12)
    extra.push({
      name: `${team}-${['dev', 'test', 'prod'][index % 3]}-${String(index + 1).padStart(2, '0')}`,
      cluster: `${team}-${index % 6}`,
      region,
      account,
      profile: `${team}-${role.toLowerCase()}`,
      pin: index % 4 === 0 ? 'env' : 'arg',
      role,
      verdict: 'verified',
      kept: index % 5 === 0 ? 'none' : index % 7 === 0 ? 'old' : 'fresh',
      ...(index % 4 === 0 ? { findings: ['env-keys-win'] as const } : {}),
      ...(index % 6 === 0 ? { namespace: team } : {}),
    })
  }
  return [...plans, ...extra].slice(0, count)
}

const arnOf = (plan: Plan): string | null =>
  plan.role === undefined ? null : `arn:${plan.partition ?? 'aws'}:iam::${plan.account}:role/${plan.role}`

function intendedOf(plan: Plan): Intended {
  const arn = arnOf(plan)
  const by =
    plan.unpinned || plan.unsupported
      ? []
      : arn !== null
        ? [
            `role_arn of profile ${plan.profile ?? 'default'}`,
            plan.pin === 'env' ? 'pinned by AWS_PROFILE' : 'pinned by --profile',
          ]
        : [
            `profile ${plan.profile ?? 'default'}`,
            ...(plan.permissionSet ? [`permission set ${plan.permissionSet}`] : []),
          ]
  return {
    arn,
    accessKeyId: null,
    profile: plan.unpinned ? null : (plan.profile ?? null),
    account: plan.unpinned || plan.account === '' ? null : plan.account,
    partition: plan.partition ?? 'aws',
    permissionSet: plan.permissionSet ?? null,
    expected: false,
    by,
  }
}

function predictedOf(plan: Plan, environment: EnvironmentName): Predicted {
  const intended = intendedOf(plan)
  const keysWin = environment === 'login-shell' && (plan.hijacked || plan.unpinned)
  if (keysWin) {
    return {
      ...intended,
      arn: null,
      accessKeyId: carolKey,
      permissionSet: null,
      profile: null,
      account: null,
      instead: plan.unpinned ? null : 'AWS_ACCESS_KEY_ID of the login shell',
      certain: true,
      by: ['AWS_ACCESS_KEY_ID of the login shell'],
      problem: null,
    }
  }
  const missing = plan.profile === 'gone' || plan.unpinned || plan.unsupported
  return {
    ...intended,
    instead: null,
    certain: plan.permissionSet === undefined,
    problem: !missing
      ? null
      : plan.profile === 'gone'
        ? problem(
            'unknown-profile',
            'The config profile (gone) could not be found.',
            'Write a profile called gone, or name another one in the entry.',
          )
        : problem(
            'no-keys',
            'Nothing in this environment gives aws an identity.',
            'Export a profile, or pin one in the entry.',
          ),
  }
}

const messages: Partial<Record<Finding['id'], readonly [Finding['severity'], string, string | null]>> = {
  'env-keys-win': [
    'error',
    'Its profile is pinned by AWS_PROFILE only, and AWS_ACCESS_KEY_ID of the environment beats that.',
    'Pin it by --profile in the arguments.',
  ],
  'shared-user': [
    'warning',
    'The user entry prod-us is shared with another context: changing the one changes the other.',
    'Give each context its own user entry.',
  ],
  'same-identity': [
    'warning',
    'Another context is the same identity on the same cluster under another name.',
    'Give each context the role or profile that its name says.',
  ],
  'double-assume': [
    'warning',
    'Profile dev gives a role already, and --role assumes ClusterAdmin on top of it.',
    'Use the profile’s source, or drop --role.',
  ],
  unpinned: [
    'info',
    'It names no profile, role or keys: it is whoever the environment gives.',
    'Pin it to a profile.',
  ],
  'deprecated-api-version': ['error', 'v1alpha1 is refused by kubectl since 1.24.', 'Change it to v1beta1.'],
  'unknown-profile': ['error', 'There is no profile called gone in the AWS files.', null],
  'command-not-allowed': ['info', 'Its command is none that Ekscope knows; it asks before running it.', null],
}

function findingsOf(plan: Plan, id: string): readonly Finding[] {
  return (plan.findings ?? []).map((finding) => {
    const [severity, message, advice] = messages[finding] ?? ['info', finding, null]
    const instead = finding === 'env-keys-win' && plan.profile !== undefined ? { instead: plan.profile } : {}
    const unusable = finding === 'deprecated-api-version' ? { unusable: true as const } : {}
    const file = plan.file ?? mainFile
    return { id: finding, severity, contexts: [id], file, message, advice, ...instead, ...unusable }
  })
}

export interface Fleet {
  readonly snapshot: Snapshot
  readonly report: (environment: EnvironmentName) => IdentityReport
  readonly checks: readonly Check[]
  /** What a check of this context would find now. */
  readonly check: (context: string, environment: EnvironmentName, at: number) => Check | null
  readonly plans: readonly Plan[]
}

/** The fleet with `count` contexts; always the same for a count. */
export function makeFleet(count = 50): Fleet {
  const all = fleetPlans(count)
  const contexts: ContextEntry[] = []
  const clusters = new Map<string, ClusterEntry>()
  const users = new Map<string, UserEntry>()
  const planOf = new Map<string, Plan>()
  const origin = (file: string, line: number) => ({
    file,
    line,
    shadowedBy: null,
    duplicate: false,
  })
  all.forEach((plan, index) => {
    const file = plan.file ?? mainFile
    const clusterName = plan.unsupported
      ? plan.cluster
      : `arn:${plan.partition ?? 'aws'}:eks:${plan.region}:${plan.account}:cluster/${plan.cluster}`
    const userName = plan.user ?? plan.name
    const id = entryId('context', file, plan.name, 0)
    planOf.set(id, plan)
    contexts.push({
      ...emptyContext,
      id,
      name: plan.name,
      origin: origin(file, 20 + index * 6),
      cluster: clusterName,
      user: userName,
      namespace: plan.namespace ?? null,
    })
    clusters.set(clusterName, {
      ...emptyCluster,
      id: entryId('cluster', file, clusterName, 0),
      name: clusterName,
      origin: origin(file, 4 + index * 6),
      server: plan.unsupported
        ? 'https://127.0.0.1:6443'
        : `https://${plan.cluster}.gr7.${plan.region}.eks.amazonaws.com`,
      certificateAuthority: { kind: 'data', bytes: 1_099 },
    })
    const wrapper = plan.name === 'tool-by-wrapper'
    users.set(userName, {
      ...emptyUser,
      id: entryId('user', file, userName, 0),
      name: userName,
      origin: origin(file, 400 + index * 6),
      exec: plan.unsupported
        ? null
        : {
            ...emptyExec,
            apiVersion: `client.authentication.k8s.io/${plan.findings?.includes('deprecated-api-version') ? 'v1alpha1' : 'v1beta1'}`,
            command: wrapper ? '/opt/tools/bin/eks-token' : 'aws',
            args: [
              '--region',
              plan.region,
              ...(plan.pin === 'arg' && plan.profile ? ['--profile', plan.profile] : []),
              'eks',
              'get-token',
              '--cluster-name',
              plan.cluster,
              '--output',
              'json',
              ...(plan.name === 'stage-admin' ? ['--role', arnOf(plan) ?? ''] : []),
            ],
            env:
              plan.pin === 'env' && plan.profile
                ? [{ name: 'AWS_PROFILE', value: plan.profile, masked: false }]
                : [],
            interactiveMode: 'IfAvailable',
          },
      secrets: plan.unsupported ? ['client-key-data'] : [],
      clientCertificate: plan.unsupported ? { kind: 'data', bytes: 1_200 } : null,
    })
  })
  const file = (path: string, currentContext: string | null): KubeconfigFile => ({
    path,
    realPath: path,
    source: 'default',
    own: true,
    trusted: true,
    revision: 'a'.repeat(64),
    bytes: 21_000,
    mode: 0o600,
    uid: 1000,
    currentContext,
    problems: [],
    contexts: contexts.filter((context) => context.origin.file === path).length,
    clusters: 0,
    users: 0,
  })
  const snapshot: Snapshot = {
    revision: 1,
    files: [file(mainFile, 'prod-admin'), file(legacyFile, null)],
    currentContext: 'prod-admin',
    currentContextFile: mainFile,
    contexts,
    clusters: [...clusters.values()],
    users: [...users.values()],
  }

  function identity(context: ContextEntry, plan: Plan, environment: EnvironmentName): ContextIdentity {
    return {
      context: context.id,
      expected: null,
      auth: plan.unsupported ? 'client-certificate' : plan.name === 'tool-by-wrapper' ? 'exec' : 'aws',
      meant: {
        name: plan.unsupported ? null : plan.cluster,
        region: plan.region || null,
        account: plan.account || null,
        partition: plan.account === '' ? null : (plan.partition ?? 'aws'),
        tokenFor: null,
      },
      profile: plan.profile ?? null,
      profilePinnedBy: plan.pin ?? 'none',
      role: plan.name === 'stage-admin' ? arnOf(plan) : null,
      sharedWith: all
        .filter((other) => other.user !== undefined && other.user === plan.user && other.name !== plan.name)
        .map((other) => other.name),
      intended: intendedOf(plan),
      entryNames: null,
      predicted: predictedOf(plan, environment),
      aws: plan.unsupported ? null : { path: '/usr/local/bin/aws', version: '2.36.12' },
      fingerprint: `${environment} ${context.id}`,
      findings: findingsOf(plan, context.id),
    }
  }

  function check(id: string, environment: EnvironmentName, at: number): Check | null {
    const plan = planOf.get(id)
    if (plan === undefined) return null
    const keysWin = environment === 'login-shell' && plan.hijacked
    const right = plan.unpinned ? 'proven' : 'verified'
    const verdict = plan.verdict === 'mismatch' && !keysWin ? right : (plan.verdict ?? right)
    const hasProof = ['verified', 'proven', 'mismatch', 'no-access', 'unreachable'].includes(verdict)
    const roleName = plan.permissionSet
      ? `AWSReservedSSO_${plan.permissionSet}_0123456789abcdef`
      : (plan.role ?? 'Admin').split('/').pop()
    const canonical = keysWin ? carol : `arn:${plan.partition ?? 'aws'}:iam::${plan.account}:role/${roleName}`
    const session = `arn:${plan.partition ?? 'aws'}:sts::${plan.account}:assumed-role/${roleName}/ana`
    const proven: Proven | null = hasProof
      ? {
          arn: keysWin ? carol : session,
          canonicalArn: canonical,
          account: keysWin ? pay : plan.account,
          userId: keysWin ? 'AIDACKCEVSQ6C2EXAMPLE' : 'AROACKCEVSQ6C2EXAMPLE:ana',
          accessKeyId: keysWin ? carolKey : 'ASIAIOSFODNN7EXAMPLE',
          ms: 38,
        }
      : null
    const seen: Seen | null =
      verdict === right || verdict === 'mismatch' || verdict === 'unsupported'
        ? {
            username: verdict === 'unsupported' ? 'kubernetes-admin' : keysWin ? carol : session,
            uid:
              verdict === 'unsupported'
                ? null
                : `aws-iam-authenticator:${plan.account}:AROACKCEVSQ6C2EXAMPLE`,
            groups:
              plan.role === 'Admin' || keysWin
                ? ['system:masters', 'system:authenticated']
                : ['system:authenticated'],
            extra:
              verdict === 'unsupported'
                ? {}
                : { arn: [keysWin ? carol : session], canonicalArn: [canonical] },
            fromDenial: false,
            everything: null,
            ms: 61,
          }
        : null
    const steps: Step[] = [
      {
        kind: 'predict',
        outcome: 'ok',
        title: 'Read the AWS files',
        detail: `profile ${plan.profile ?? 'default'}`,
        ms: 1,
      },
      verdict === 'login-needed'
        ? {
            kind: 'exec',
            outcome: 'skipped',
            title: 'Did not run aws',
            detail: plan.problem?.message ?? '',
            ms: 0,
          }
        : {
            kind: 'exec',
            outcome: verdict === 'broken' || verdict === 'expired' ? 'failed' : 'ok',
            title: 'Ran aws eks get-token',
            detail: `/usr/bin/aws, ${environment.replace('-', ' ')}`,
            ms: 412,
          },
    ]
    if (proven) {
      steps.push({
        kind: 'token',
        outcome: 'ok',
        title: 'Decoded the token',
        detail: 'signed 09:41:07, 14 min left',
        ms: 1,
      })
      steps.push({
        kind: 'sts',
        outcome: 'ok',
        title: `STS says ${keysWin ? 'carol' : roleName}`,
        detail: `account ${proven.account}`,
        ms: 38,
      })
      steps.push(
        seen
          ? {
              kind: 'cluster',
              outcome: 'ok',
              title: `Cluster says ${keysWin ? 'carol' : roleName}`,
              detail: 'SelfSubjectReview v1',
              ms: 61,
            }
          : {
              kind: 'cluster',
              outcome: 'failed',
              title: verdict === 'no-access' ? 'Cluster answers 401' : 'Cluster does not answer',
              detail: plan.problem?.message ?? '',
              ms: verdict === 'no-access' ? 44 : 10_000,
            },
      )
    }
    return {
      context: id,
      contextName: plan.name,
      environment,
      at,
      fingerprint: `${environment} ${id}`,
      until: null,
      verdict,
      problem:
        verdict === 'mismatch'
          ? problem(
              'other-principal',
              'Keys in the login shell beat the profile that is pinned by env.',
              'Pin the profile by --profile in the arguments, or unset AWS_ACCESS_KEY_ID.',
            )
          : verdict === right
            ? null
            : (plan.problem ?? null),
      intended: intendedOf(plan),
      predicted: predictedOf(plan, environment),
      aws: plan.unsupported ? null : { path: '/usr/local/bin/aws', version: '2.36.12' },
      proven,
      seen,
      actsAs: null,
      token: proven
        ? {
            host: `sts.${plan.region}.amazonaws.com`,
            region: plan.region,
            accessKeyId: proven.accessKeyId,
            cluster: plan.cluster,
            signedAt: at - 500,
            validUntil: at - 500 + 900_000,
            expirationTimestamp: at - 500 + 840_000,
            temporary: !keysWin,
          }
        : null,
      steps,
      ms: 513,
    }
  }

  const checks: Check[] = []
  contexts.forEach((context, index) => {
    const plan = planOf.get(context.id)
    if (plan?.verdict === undefined || plan.kept === undefined || plan.kept === 'none') return
    const at = plan.kept === 'old' ? now - 30 * 3_600_000 : now - (2 + (index % 9)) * 60_000
    const made = check(context.id, 'login-shell', at)
    if (made) checks.push(plan.kept === 'changed' ? { ...made, fingerprint: 'before' } : made)
  })

  return {
    snapshot,
    report: (environment) => ({
      digest: '',
      environment,
      contexts: contexts.flatMap((context) => {
        const plan = planOf.get(context.id)
        return plan ? [identity(context, plan, environment)] : []
      }),
      ofFiles: [],
      accountNames: {},
      problems: [],
    }),
    checks,
    check,
    plans: all,
  }
}
