/**
 * What is true of each context of the demo fleet, written down by hand from its world: the verdict that product
 * and docs promise, and what the real `kubectl auth whoami` says. Judges for tests; nothing at run time reads it.
 */
import type { ProblemCode, Verdict } from '../../shared/identity/identity'

export interface Truth {
  readonly verdict: Verdict
  readonly problem: ProblemCode | null
  /** The IAM ARN that STS proves (roles without path); null when no identity is proven. */
  readonly proven: string | null
  /**
   * The username that `kubectl auth whoami` prints; null when it fails. A `*` at the end stands for a session name
   * made up by aws.
   */
  readonly username: string | null
}

export interface Expected {
  readonly context: string
  readonly file: 'config' | 'legacy' | 'eks'
  /** The trouble it is there to show; empty when all is well. */
  readonly trouble: string
  /** In the app’s environment: no keys in it. The clean environment is the same. */
  readonly app: Truth
  /** In the login shell, which exports carol's keys. The same as `app` unless said. */
  readonly loginShell?: Truth
  /** The verdict once the user has said yes to what needs asking; `app.verdict` unless said. */
  readonly onceAllowed?: Verdict
  /** Where the aws that runs is older than `aws login` (Debian's 2.23.6); `app` unless said. */
  readonly withoutLogin?: Truth
}

const alice = 'arn:aws:iam::777788889999:user/people/alice'
const carol = 'arn:aws:iam::111122223333:user/carol'
const payAdmin = 'arn:aws:iam::111122223333:role/Admin'
const developer = 'arn:aws:iam::444455556666:role/Developer'
const platformOps = 'arn:aws:iam::777788889999:role/PlatformOps'
const dataEngineer = 'arn:aws:iam::123412341234:role/AWSReservedSSO_DataEngineer_5f1e2d3c4b5a6978'

const verified = (proven: string, username: string | null): Truth => ({
  verdict: 'verified',
  problem: null,
  proven,
  username,
})
/** Right or not: nobody says who it should be. */
const proven = (whom: string, username: string | null): Truth => ({
  verdict: 'proven',
  problem: null,
  proven: whom,
  username,
})
const bad = (
  verdict: Verdict,
  problem: ProblemCode,
  proven: string | null = null,
  username: string | null = null,
): Truth => ({
  verdict,
  problem,
  proven,
  username,
})

const config = (context: string, trouble: string, app: Truth, more: Partial<Expected> = {}): Expected => ({
  context,
  file: 'config',
  trouble,
  app,
  ...more,
})
/** By a profile in AWS_PROFILE alone, over which carol’s keys win in the login shell; no cluster there knows her. */
const byAws = (context: string, trouble: string, app: Truth): Expected => ({
  context,
  file: 'eks',
  trouble,
  app,
  loginShell: bad('mismatch', 'other-principal', carol),
})
const legacy = (context: string, trouble: string, app: Truth, more: Partial<Expected> = {}): Expected => ({
  context,
  file: 'legacy',
  trouble,
  app,
  ...more,
})

export const demoExpected: readonly Expected[] = [
  config('prod-admin', '', verified(payAdmin, 'admin:alice')),
  config(
    'prod-readonly',
    'pinned by env only: the login shell’s keys win',
    verified('arn:aws:iam::111122223333:role/ReadOnly', 'readonly'),
    { loginShell: bad('mismatch', 'other-principal', carol, 'carol') },
  ),
  config(
    'prod-ci',
    'a role on top: the session name says nothing',
    verified('arn:aws:iam::111122223333:role/CiDeploy', 'ci:EKSGetTokenAuth'),
  ),
  config('prod-unpinned', 'follows the shell', bad('no-access', 'unauthorized', alice), {
    loginShell: proven(carol, 'carol'),
  }),
  config('prod-audit', 'AssumeRole denied', bad('broken', 'assume-role-denied')),
  config('prod-us-admin', 'shared user', verified(payAdmin, 'admin:alice')),
  config('prod-us-viewer', 'shared user', verified(payAdmin, 'admin:alice')),
  config('prod-us-finance', 'SSO expired, nothing to renew it with', bad('login-needed', 'sso-login')),
  config('ledger', 'another CA', bad('unreachable', 'cluster-tls', payAdmin)),
  config(
    'invoices',
    'deleted and made again: another endpoint',
    bad('unreachable', 'cluster-refused', payAdmin),
  ),
  config('stage', 'an old cluster: v1beta1 review, aws-auth', verified(developer, 'dev:alice')),
  config('stage-admin', 'double assume', verified('arn:aws:iam::444455556666:role/Admin', 'stage-admin')),
  config('stage-env', 'pinned by env only: the login shell’s keys win', verified(developer, 'dev:alice'), {
    loginShell: bad('mismatch', 'other-principal', carol, 'carol'),
  }),
  config('sandbox-7', 'twin', verified(developer, 'arn:aws:sts::444455556666:assumed-role/Developer/alice')),
  config(
    'sandbox-7-dev',
    'twin',
    verified(developer, 'arn:aws:sts::444455556666:assumed-role/Developer/alice'),
  ),
  config('platform-tools', '', verified(platformOps, 'ops:alice')),
  config(
    'platform-ci',
    'keys in the file',
    verified('arn:aws:iam::777788889999:user/ci/ci-deployer', 'ci-deployer'),
  ),
  config(
    'platform-view',
    '',
    verified(
      'arn:aws:iam::777788889999:role/AWSReservedSSO_PlatformView_8877665544332211',
      'sso:alice-tidepool.example',
    ),
  ),
  config('platform-proxy', 'through a proxy', verified(platformOps, 'ops:alice')),
  config('platform-as-jane', 'impersonation', verified(platformOps, 'jane@tidepool.example')),
  config('tools-stranger', 'no access entry', bad('no-access', 'unauthorized', developer)),
  config('tools-break-glass', 'an MFA code is asked for', bad('login-needed', 'mfa-code')),
  config('observability', 'no extra', verified(platformOps, 'ops')),
  config(
    'observability-as-root',
    'impersonation that is denied',
    bad('no-access', 'impersonation-refused', platformOps),
  ),
  config('edge-ap-1', 'unreachable: refused', bad('unreachable', 'cluster-refused', platformOps)),
  config('edge-ap-2', 'unreachable: silent', bad('unreachable', 'cluster-timeout', platformOps)),
  config('lake-spark', 'SSO valid', verified(dataEngineer, 'sso:alice-tidepool.example')),
  config(
    'lake-notebooks',
    'SSO valid',
    verified(
      dataEngineer,
      'arn:aws:sts::123412341234:assumed-role/AWSReservedSSO_DataEngineer_5f1e2d3c4b5a6978/alice-tidepool.example',
    ),
  ),
  config(
    'lake-analyst',
    'SSO expired, role credentials cached',
    verified(
      'arn:aws:iam::123412341234:role/AWSReservedSSO_Analyst_0a1b2c3d4e5f6071',
      'arn:aws:sts::123412341234:assumed-role/AWSReservedSSO_Analyst_0a1b2c3d4e5f6071/alice-tidepool.example',
    ),
  ),
  config(
    'lake-research',
    'SSO expired, renewed in silence',
    verified('arn:aws:iam::123412341234:role/AWSReservedSSO_Research_99aabbccddeeff00', 'research'),
  ),
  config('lake-old-style', 'SSO without a session', verified(dataEngineer, 'sso:alice-tidepool.example')),
  config('lake-jobs', 'web identity', verified('arn:aws:iam::123412341234:role/SparkRunner', 'spark')),
  config('lake-batch', 'credential_process asks once', bad('broken', 'process-not-allowed', null, 'batch'), {
    onceAllowed: 'proven',
  }),
  config('vault', 'the review is forbidden', verified('arn:aws:iam::909090909090:role/Hub', null)),
  config(
    'playground',
    '',
    verified(
      'arn:aws:iam::262626262626:role/Sandbox',
      'arn:aws:sts::262626262626:assumed-role/Sandbox/alice-tidepool',
    ),
  ),
  config(
    'playground-role',
    'unpinned, with a role that carol may not assume',
    verified(
      'arn:aws:iam::262626262626:role/Sandbox',
      'arn:aws:sts::262626262626:assumed-role/Sandbox/EKSGetTokenAuth',
    ),
    { loginShell: bad('broken', 'assume-role-denied') },
  ),
  config(
    'experiment',
    'recreated role',
    bad('no-access', 'unauthorized', 'arn:aws:iam::262626262626:role/Experiment'),
  ),
  config(
    'outpost-hall',
    'Outposts',
    verified('arn:aws:iam::262626262626:role/Sandbox', 'hall:alice@tidepool'),
  ),
  config('cn-north', '', verified('arn:aws-cn:iam::505050505050:role/CnOps', 'cn-ops')),
  config(
    'cn-shop',
    'a chain across accounts in China',
    verified(
      'arn:aws-cn:iam::606060606060:role/ShopViewer',
      'arn:aws-cn:sts::606060606060:assumed-role/ShopViewer/*',
    ),
  ),

  legacy('old-alpha', 'v1alpha1', bad('broken', 'deprecated-api-version')),
  legacy('old-v1', 'v1 without interactiveMode', bad('broken', 'missing-interactive-mode')),
  legacy('old-always', 'interactiveMode Always', bad('login-needed', 'interactive-always')),
  legacy('tools-backup', 'static token', bad('unsupported', 'static-token', null, 'backup')),
  legacy('tools-operator', 'basic auth', bad('unsupported', 'basic-auth', null, 'operator')),
  legacy(
    'tools-node',
    'client certificate',
    bad('unsupported', 'client-certificate', null, 'system:node:tools-1'),
  ),
  legacy(
    'tools-belt-and-braces',
    'a token suppresses exec',
    bad('unsupported', 'static-token', null, 'backup'),
  ),
  legacy('tools-corp-auth', 'unknown exec command', bad('broken', 'command-not-allowed', null, 'ops:alice'), {
    onceAllowed: 'proven',
  }),
  legacy('tools-missing-command', 'command not found', bad('broken', 'command-not-found')),
  legacy('tools-authenticator', 'aws-iam-authenticator', verified(platformOps, 'ops:EKSGetTokenAuth')),
  legacy(
    'tools-unchecked',
    'insecure-skip-tls-verify',
    bad('unreachable', 'cluster-insecure', alice, alice),
    {
      onceAllowed: 'verified',
    },
  ),
  legacy('tools-dead-proxy', 'the proxy is gone', bad('unreachable', 'cluster-proxy', alice)),
  legacy('tools-night-shift', 'a profile with a space', verified(platformOps, 'ops:night-shift')),
  legacy('tools-service-role', 'the cluster’s service role', bad('broken', 'assume-role-denied')),
  legacy('tools-ghost', 'unknown profile', bad('broken', 'unknown-profile')),
  legacy('tools-loop', 'profiles in a circle', bad('broken', 'broken-profile')),
  legacy('tools-no-source', 'source profile missing', bad('broken', 'broken-profile')),
  legacy('tools-no-session', 'sso-session missing', bad('broken', 'broken-profile')),
  legacy('tools-console', 'aws login', bad('login-needed', 'aws-login'), {
    withoutLogin: bad('broken', 'no-keys'),
  }),
  legacy('tools-contractor', 'expired temporary keys', bad('expired', 'expired-keys')),
  legacy('tools-frank', 'deactivated keys', bad('broken', 'keys-unknown')),
  legacy('tools-half-a-key', 'a key id without its secret', bad('broken', 'partial-keys'), {
    loginShell: bad('broken', 'bad-signature'),
  }),
  legacy('tools-china-role', 'a role of another partition', bad('broken', 'assume-role-denied')),
  legacy('prod-wrong-cluster', 'a token for another cluster', bad('no-access', 'unauthorized', payAdmin)),
  legacy('dangling-user', 'user missing', bad('broken', 'dangling-user')),
  legacy('dangling-cluster', 'cluster missing', bad('broken', 'dangling-cluster')),
  legacy('on', 'a name that needs quotes', verified(alice, alice)),
  legacy('--help', 'a name like an option', verified(alice, alice)),
  legacy('$(touch pwned) \'n "quoted"', 'a name that a shell would run', verified(alice, alice)),
  legacy('\u001b[31mred-alert\u001b[0m\u0007', 'control characters', verified(alice, alice)),
  legacy('tools-\u202Eresu-ylno-daer\u202C', 'bidirectional characters', verified(alice, alice)),

  byAws(
    'arn:aws:eks:eu-north-1:777788889999:cluster/runners',
    'shared user: written for PlatformOps, and alice since another run',
    verified(alice, 'alice'),
  ),
  byAws(
    'arn:aws:eks:eu-north-1:444455556666:cluster/load-test',
    'named by its ARN',
    verified(developer, 'dev:alice'),
  ),
  byAws(
    'arn:aws:eks:eu-north-1:444455556666:cluster/mocks',
    'named by its ARN',
    verified(developer, 'dev:alice'),
  ),
  byAws('runners-view', 'shared user', verified(alice, 'alice')),
]
