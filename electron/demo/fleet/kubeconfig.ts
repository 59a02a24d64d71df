/**
 * The demo's kubeconfig files: two written as people write them, with comments, mixed styles and leftovers, and one as
 * the AWS CLI does. Places that only the running simulator knows are filled in.
 */
import { accounts } from './accounts'
import { backupToken, basicPassword, type ClusterKey, clusterArns, hallId } from './demo-clusters'
import { accessKey, alice, arns, ciDeployer } from './demo-identities'

export interface KubeconfigInput {
  readonly home: string
  readonly endpointUrl: string
  readonly server: (cluster: ClusterKey) => string
  /** base64 of the CA's PEM, as certificate-authority-data wants it. */
  readonly ca: (cluster: ClusterKey) => string
  /** The CA that the ledger cluster had before. */
  readonly staleCa: string
  /** The CA of the cluster that was called invoices before it was deleted and made again. */
  readonly formerCa: string
  readonly clientCertificate: string
  readonly clientKey: string
}

const name = (cluster: ClusterKey): string => clusterArns[cluster].split('/')[1] ?? ''
const region = (cluster: ClusterKey): string => clusterArns[cluster].split(':')[3] ?? ''

/** The exec entry that `aws eks update-kubeconfig` would write, in its one-line form. */
function token(cluster: ClusterKey, more: { before?: string; after?: string; env?: string } = {}): string {
  const { before = '', after = '', env = '' } = more
  return `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, ${region(cluster)}, ${before}eks, get-token, --cluster-name, ${name(cluster)}, --output, json${after}]${env}}}`
}

const pinned = (profile: string): string => `--profile, ${profile}, `
const byEnv = (...pairs: readonly (readonly [string, string])[]): string =>
  `, env: [${pairs.map(([key, value]) => `{name: ${key}, value: ${value}}`).join(', ')}]`

/** A user that signs in with a profile. */
const signsIn = (name: string, cluster: ClusterKey, profile: string): string =>
  `- name: ${name}\n  user: ${token(cluster, { before: pinned(profile) })}`
/** The same in the old laptop's manner, at the tools cluster. */
const carried = (name: string, profile: string): string =>
  signsIn(name, 'tools', profile).replace(/^/gm, '  ')
/** Contexts that are called after their user there. */
const atTools = (...users: readonly string[]): string =>
  users.map((user) => `  - {name: tools-${user}, context: {cluster: tools, user: ${user}}}`).join('\n')

/** ~/.kube/config: the file that Alice keeps in order. */
export function mainKubeconfig({ endpointUrl, server, ca, staleCa, formerCa }: KubeconfigInput): string {
  const cluster = (key: ClusterKey): string =>
    `- name: ${clusterArns[key]}\n  cluster:\n    server: ${server(key)}\n    certificate-authority-data: ${ca(key)}\n`
  return `# Tidepool kubeconfig (alice). Hand-written, so please run no update-kubeconfig on it, which eats comments.
apiVersion: v1
kind: Config
preferences: {}
# Check twice on Mondays where this points
current-context: prod-admin

# ---------------------------------------------------------------- clusters
clusters:
# payments-prod ${accounts.paymentsProd.id}
${cluster('prodEu')}${cluster('prodUs')}# ledger got another CA in May; this one is older than that
- name: ${clusterArns.ledger}
  cluster:
    certificate-authority-data: ${staleCa}
    server: ${server('ledger')}
# invoices was deleted and made again in June; this still leads to the first one
- name: ${clusterArns.invoices}
  cluster:
    server: https://127.0.0.1:2    # ask Bob before changing
    certificate-authority-data: ${formerCa}
    disable-compression: true      # the office line is slow to compress
    extensions:
    - {name: tidepool.example/owner, extension: {team: billing, oncall: "#invoices"}}
# payments-dev ${accounts.paymentsDev.id}
${cluster('stage')}${cluster('sandbox7')}# platform ${accounts.platform.id}
${cluster('tools')}${cluster('observability')}${cluster('edge1')}${cluster('edge2')}- name: tools-through-proxy    # from the office network
  cluster:
    server: ${server('tools')}
    certificate-authority: pki/tools.crt
    tls-server-name: localhost
    proxy-url: ${endpointUrl}
# data-lake ${accounts.dataLake.id}
${cluster('lake')}${cluster('notebooks')}# security, sandbox
${cluster('vault')}${cluster('playground')}${cluster('hall')}# China (${accounts.cnOps.id}, ${accounts.cnShop.id})
${cluster('cnCore')}${cluster('cnShop')}
# ---------------------------------------------------------------- contexts
contexts:
- context:
    cluster: ${clusterArns.prodEu}
    namespace: checkout
    user: prod-admin
  name: prod-admin
- {name: prod-readonly, context: {cluster: "${clusterArns.prodEu}", user: prod-readonly, namespace: checkout}}
- {name: prod-ci, context: {cluster: "${clusterArns.prodEu}", user: prod-ci, namespace: web}}
- {name: prod-unpinned, context: {cluster: "${clusterArns.prodEu}", user: prod-unpinned}}   # follows my shell
- {name: prod-audit, context: {cluster: "${clusterArns.prodEu}", user: prod-audit}}
- {name: prod-us-admin, context: {cluster: "${clusterArns.prodUs}", user: pay-us}}
- {name: prod-us-viewer, context: {cluster: "${clusterArns.prodUs}", user: pay-us, namespace: checkout}}  # was read-only once
- {name: prod-us-finance, context: {cluster: "${clusterArns.prodUs}", user: finance}}
- {name: ledger, context: {cluster: "${clusterArns.ledger}", user: ledger}}
- {name: invoices, context: {cluster: "${clusterArns.invoices}", user: invoices, namespace: billing}}
- name: stage
  context:
    cluster: ${clusterArns.stage}
    user: stage
    namespace: web
- name: stage-admin
  context: {cluster: "${clusterArns.stage}", user: stage-admin, namespace: web}
- name: stage-env
  context: {cluster: "${clusterArns.stage}", user: stage-env}
- {name: sandbox-7, context: {cluster: "${clusterArns.sandbox7}", user: sandbox-7}}
- {name: sandbox-7-dev, context: {cluster: "${clusterArns.sandbox7}", user: sandbox-7-dev}}
# --- platform
- {name: platform-tools, context: {cluster: "${clusterArns.tools}", user: platform-tools, namespace: argocd}}
- {name: platform-ci, context: {cluster: "${clusterArns.tools}", user: platform-ci, namespace: ci}}
- {name: platform-view, context: {cluster: "${clusterArns.tools}", user: platform-view}}
- {name: platform-proxy, context: {cluster: tools-through-proxy, user: platform-tools}}
- {name: platform-as-jane, context: {cluster: "${clusterArns.tools}", user: as-jane}}
- {name: tools-stranger, context: {cluster: "${clusterArns.tools}", user: tools-stranger}}
- {name: tools-break-glass, context: {cluster: "${clusterArns.tools}", user: break-glass}}
- {name: observability, context: {cluster: "${clusterArns.observability}", user: observability, namespace: grafana}}
- {name: observability-as-root, context: {cluster: "${clusterArns.observability}", user: as-root}}
- {name: edge-ap-1, context: {cluster: "${clusterArns.edge1}", user: edge-1}}
- {name: edge-ap-2, context: {cluster: "${clusterArns.edge2}", user: edge-2}}
# --- data
- {name: lake-spark, context: {cluster: "${clusterArns.lake}", user: lake, namespace: spark}}
- {name: lake-notebooks, context: {cluster: "${clusterArns.notebooks}", user: notebooks, namespace: jupyter}}
- {name: lake-analyst, context: {cluster: "${clusterArns.lake}", user: lake-analyst}}
- {name: lake-research, context: {cluster: "${clusterArns.lake}", user: lake-research}}
- {name: lake-old-style, context: {cluster: "${clusterArns.lake}", user: lake-old-style}}
- {name: lake-jobs, context: {cluster: "${clusterArns.lake}", user: lake-jobs, namespace: spark}}
- {name: lake-batch, context: {cluster: "${clusterArns.lake}", user: lake-batch, namespace: spark}}
# --- the rest
- {name: vault, context: {cluster: "${clusterArns.vault}", user: vault}}
- {name: playground, context: {cluster: "${clusterArns.playground}", user: playground}}
- {name: playground-role, context: {cluster: "${clusterArns.playground}", user: playground-role}}
- {name: experiment, context: {cluster: "${clusterArns.playground}", user: experiment}}
- {name: outpost-hall, context: {cluster: "${clusterArns.hall}", user: hall}}
- {name: cn-north, context: {cluster: "${clusterArns.cnCore}", user: cn-north}}
- {name: cn-shop, context: {cluster: "${clusterArns.cnShop}", user: cn-shop}}

# ---------------------------------------------------------------- users
users:
- name: prod-admin
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args:
      - --region
      - eu-west-1
      - --profile
      - pay          # hub -> payments-prod/Admin
      - eks
      - get-token
      - --cluster-name
      - prod-eu
      - --output
      - json
      interactiveMode: IfAvailable
      installHint: |
        Install the AWS CLI:
          apt install awscli
# as update-kubeconfig --profile writes it, with the profile in the environment only
- name: prod-readonly
  user: ${token('prodEu', { env: byEnv(['AWS_PROFILE', 'pay-ro']) })}
- name: prod-ci
  user: ${token('prodEu', { before: pinned('ci'), after: `, --role-arn, "${arns.payDeploy}"` })}
- name: prod-unpinned
  user: ${token('prodEu')}
${signsIn('prod-audit', 'prodEu', 'pay-audit')}
- name: pay-us     # shared by two contexts
  user: ${token('prodUs', { before: pinned('pay') })}
${signsIn('finance', 'prodUs', 'finance')}
${signsIn('ledger', 'ledger', 'pay')}
${signsIn('invoices', 'invoices', 'pay')}
${signsIn('stage', 'stage', 'dev')}
- name: stage-admin   # a role on top of a profile that assumes one already
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, dev, eks, get-token, --cluster-name, stage, "--role=${arns.devAdmin}"]}}
- name: stage-env
  user: ${token('stage', { env: byEnv(['AWS_PROFILE', 'dev']) })}
${signsIn('sandbox-7', 'sandbox7', 'dev')}
${signsIn('sandbox-7-dev', 'sandbox7', 'dev')}
${signsIn('platform-tools', 'tools', 'platform')}
- name: platform-ci     # get these keys out of here
  user: ${token('tools', { env: byEnv(['AWS_ACCESS_KEY_ID', accessKey(ciDeployer).id], ['AWS_SECRET_ACCESS_KEY', `"${accessKey(ciDeployer).secret}"`]) })}
${signsIn('platform-view', 'tools', 'platform-view')}
- name: as-jane
  user:
    as: jane@tidepool.example
    as-groups: [support, "night, shift"]
    exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, platform, eks, get-token, --cluster-name, tools, --output, json]}
- name: tools-stranger   # payments-dev has no entry in tools
  user: ${token('tools', { before: pinned('dev') })}
${signsIn('break-glass', 'tools', 'break-glass')}
${signsIn('observability', 'observability', 'platform')}
- name: as-root
  user:
    as: root
    exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, platform, eks, get-token, --cluster-name, observability, --output, json]}
${signsIn('edge-1', 'edge1', 'platform')}
${signsIn('edge-2', 'edge2', 'platform')}
${signsIn('lake', 'lake', 'lake')}
${signsIn('notebooks', 'notebooks', 'lake')}
${signsIn('lake-analyst', 'lake', 'lake-analyst')}
${signsIn('lake-research', 'lake', 'lake-research')}
${signsIn('lake-old-style', 'lake', 'lake-old-style')}
${signsIn('lake-jobs', 'lake', 'spark')}
${signsIn('lake-batch', 'lake', 'batch')}
${signsIn('vault', 'vault', 'hub')}
${signsIn('playground', 'playground', 'sandbox')}
- name: playground-role   # without a profile, so whoever I am, as Sandbox
  user: ${token('playground', { after: `, --role-arn, "${arns.sandboxUser}"` })}
${signsIn('experiment', 'playground', 'experiment')}
- name: hall
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, sandbox, eks, get-token, --cluster-id, ${hallId}, --output, json]}}
${signsIn('cn-north', 'cnCore', 'cn-ops')}
${signsIn('cn-shop', 'cnShop', 'cn-shop')}
`
}

/** ~/.kube/legacy: what came along from the old laptop. */
export function legacyKubeconfig({
  home,
  server,
  ca,
  clientCertificate,
  clientKey,
}: KubeconfigInput): string {
  const toolsCluster = 'tools'
  return `# carried over from the old laptop; sort out some day
apiVersion: v1
clusters:
  - name: ${toolsCluster}
    cluster: &tools
      server: ${server('tools')}
      certificate-authority: pki/tools.crt
  - name: tools-unchecked
    cluster: {server: "${server('tools')}", insecure-skip-tls-verify: true}
  - name: tools-dead-proxy
    cluster:
      <<: *tools
      proxy-url: http://127.0.0.1:1
  - name: prod-eu
    cluster:
      server: ${server('prodEu')}
      certificate-authority-data: ${ca('prodEu')}
  - name: retired       # nobody uses this any more
    cluster: {server: "https://127.0.0.1:1"}
contexts:
  - {name: prod-admin, context: {cluster: prod-eu, user: old-prod}}      # hidden by the one in config
  - {name: old-alpha, context: {cluster: tools, user: alpha}}
  - {name: old-v1, context: {cluster: tools, user: v1-no-mode}}
  - {name: old-always, context: {cluster: tools, user: always-asks}}
${atTools('backup', 'operator', 'node', 'belt-and-braces', 'corp-auth', 'missing-command', 'authenticator')}
  - {name: tools-unchecked, context: {cluster: tools-unchecked, user: alice}}
  - {name: tools-dead-proxy, context: {cluster: tools-dead-proxy, user: alice}}
${atTools('night-shift', 'service-role', 'ghost', 'loop', 'no-source', 'no-session', 'console', 'contractor', 'frank', 'half-a-key', 'china-role')}
  - {name: prod-wrong-cluster, context: {cluster: prod-eu, user: wrong-cluster}}
  - {name: dangling-user, context: {cluster: tools, user: who-is-this}}
  - {name: dangling-cluster, context: {cluster: gone-since-2023, user: alice}}
  # names from a script without quoting
  - {name: "on", context: {cluster: tools, user: alice, namespace: "0123"}}
  - {name: "--help", context: {cluster: tools, user: alice}}
  - {name: "$(touch pwned) 'n \\"quoted\\"", context: {cluster: tools, user: alice}}
  - {name: "\\e[31mred-alert\\e[0m\\a", context: {cluster: tools, user: alice}}
  - {name: "tools-\\u202Eresu-ylno-daer\\u202C", context: {cluster: tools, user: alice}}
users:
  - name: old-prod
    user: ${token('prodEu', { before: pinned('pay-ro') })}
${carried('alice', 'alice')}
  - name: alpha
    user: {exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: aws, args: [--region, eu-west-1, --profile, alice, eks, get-token, --cluster-name, tools]}}
  - name: v1-no-mode
    user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [--region, eu-west-1, --profile, alice, eks, get-token, --cluster-name, tools, --output, json]}}
  - name: always-asks
    user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, args: [--region, eu-west-1, --profile, alice, eks, get-token, --cluster-name, tools, --output, json], interactiveMode: Always}}
  - name: backup
    user: {token: ${backupToken}}
  - name: operator
    user: {username: operator, password: "${basicPassword}"}
  - name: node
    user: {client-certificate-data: ${clientCertificate}, client-key-data: ${clientKey}}
  - name: belt-and-braces    # the token wins, the exec entry never runs
    user:
      token: ${backupToken}
      exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, alice, eks, get-token, --cluster-name, tools]}
  - name: corp-auth
    user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: "${home}/bin/corp-auth", args: [tools]}}
  - name: missing-command
    user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: "${home}/bin/eks-token-helper", args: [tools], installHint: "ask the platform team"}}
  - name: authenticator
    user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws-iam-authenticator, args: [token, -i, tools, -r, "${arns.platformOps}"]}}
  - name: night-shift
    user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, night shift, eks, get-token, --cluster-name, tools, --output, json]}}
  - name: service-role     # that is the cluster's own role, not ours
    user: ${token('tools', { before: pinned('alice'), after: `, --role, "arn:aws:iam::${accounts.platform.id}:role/tools-cluster-role"` })}
${carried('ghost', 'payments-2021')}
${carried('loop', 'loop-a')}
${carried('no-source', 'no-source')}
${carried('no-session', 'no-session')}
${carried('console', 'console')}
${carried('contractor', 'contractor')}
${carried('frank', 'frank')}
  - name: half-a-key
    user: ${token('tools', { env: byEnv(['AWS_ACCESS_KEY_ID', accessKey(alice).id]) })}
  - name: china-role
    user: ${token('tools', { before: pinned('alice'), after: `, --role-arn, "${arns.cnOps}"` })}
  - name: wrong-cluster    # copied from stage and half changed
    user: ${token('stage', { before: pinned('pay') })}
  - name: left-over        # orphan
    user: ${token('tools', { before: pinned('ci') })}
`
}

/**
 * ~/.kube/eks: to the byte what `aws eks update-kubeconfig` 2.36 leaves after the runs in demo.test.ts. Its names are ARNs;
 * of the two runs for one cluster the later one, with an alias, also changed the identity of the first one's context.
 */
export function awsKubeconfig({ server, ca }: KubeconfigInput): string {
  const cluster = (key: ClusterKey): string => `- cluster:
    certificate-authority-data: ${ca(key)}
    server: ${server(key)}
  name: ${clusterArns[key]}
`
  const context = (key: ClusterKey, alias: string = clusterArns[key]): string => `- context:
    cluster: ${clusterArns[key]}
    user: ${clusterArns[key]}
  name: ${alias}
`
  const user = (key: ClusterKey, profile: string): string => `- name: ${clusterArns[key]}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - ${region(key)}
      - eks
      - get-token
      - --cluster-name
      - ${name(key)}
      - --output
      - json
      command: aws
      env:
      - name: AWS_PROFILE
        value: ${profile}
`
  return `apiVersion: v1
clusters:
${cluster('runners')}${cluster('loadTest')}${cluster('mocks')}contexts:
${context('runners')}${context('loadTest')}${context('mocks')}${context('runners', 'runners-view')}current-context: runners-view
kind: Config
preferences: {}
users:
${user('runners', 'alice')}${user('loadTest', 'dev')}${user('mocks', 'dev')}`
}
