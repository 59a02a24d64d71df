/** Writes the demo's home: kubeconfig and AWS files, .profile, and the few programs on its PATH. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { shWord } from '../system/shell-script'
import { awsConfig, awsCredentials, ssoCacheFile, ssoRoleCacheFile } from './fleet/aws-files'
import { type ClusterKey, clusterArns } from './fleet/demo-clusters'
import { accessKey, arns, carol, portalSessions, sparkToken } from './fleet/demo-identities'
import { awsKubeconfig, legacyKubeconfig, mainKubeconfig } from './fleet/kubeconfig'
import { foreignVariables } from './foreign-variables'
import { createClusterCertificates } from './simulator/certificates'
import type { Simulator } from './simulator/simulator'

const hour = 3_600_000

export interface DemoHomeSettings {
  readonly now: number
  /** The search path of the process, which the login shell gets too: after the demo's own folder. */
  readonly path: string
  /** The command line of our own aws where none is installed: program, then leading arguments. Null: none is needed, or there is none. */
  readonly standInAws: readonly string[] | null
}

/** aws-iam-authenticator in terms of the demo's aws: the real one would ask the real STS. */
const authenticator = `#!/bin/sh
# Stands in for aws-iam-authenticator in the demo, so that its tokens lead to the simulator.
[ "$1" = token ] || { echo "aws-iam-authenticator (demo stand-in): only token is known" >&2; exit 1; }
shift
cluster= role="$DEFAULT_ROLE" region="\${AWS_REGION:-eu-west-1}"
while [ $# -gt 0 ]; do
  case "$1" in
    -i|--cluster-id) cluster="$2"; shift 2 ;;
    -r|--role) role="$2"; shift 2 ;;
    --region) region="$2"; shift 2 ;;
    *) echo "aws-iam-authenticator (demo stand-in): unknown $1" >&2; exit 1 ;;
  esac
done
if [ -n "$role" ]; then set -- --role-arn "$role"; fi
exec aws --region "$region" eks get-token --cluster-name "$cluster" --output json "$@"
`

/** Writes everything under `home`, which must exist and be empty. Secrets get 0600, programs 0755. */
export async function createDemoHome(simulator: Simulator, home: string, settings: DemoHomeSettings) {
  const { now } = settings
  const write = async (path: string, text: string, mode = 0o600): Promise<string> => {
    const full = join(home, path)
    await mkdir(dirname(full), { recursive: true, mode: 0o700 })
    await writeFile(full, text, { mode })
    await chmod(full, mode)
    return full
  }

  const awsInput = {
    home,
    endpointUrl: simulator.endpointUrl,
    expired: simulator.issue(arns.contractor, 'contractor', now - 3 * hour),
  }
  await write('.aws/config', awsConfig(awsInput))
  await write('.aws/credentials', awsCredentials(awsInput))
  const sessions = portalSessions(now)
  for (const session of Object.values(sessions)) {
    const file = ssoCacheFile(session)
    await write(`.aws/sso/cache/${file.name}`, file.text)
  }
  const oldStyle = ssoCacheFile(sessions.corp, 'startUrl')
  await write(`.aws/sso/cache/${oldStyle.name}`, oldStyle.text)
  const cached = ssoRoleCacheFile(
    { accountId: '123412341234', roleName: 'Analyst', sessionName: sessions.partners.name },
    simulator.issue(arns.ssoAnalyst, 'alice@tidepool.example', now + 8 * hour),
  )
  await write(`.aws/cli/cache/${cached.name}`, cached.text)
  await write('.aws/spark-token', sparkToken.token)

  const batch = simulator.issue(arns.lakeBatch, 'nightly', now + 12 * hour)
  await write(
    '.aws/batch.json',
    `${JSON.stringify({
      Version: 1,
      AccessKeyId: batch.accessKeyId,
      SecretAccessKey: batch.secretAccessKey,
      SessionToken: batch.sessionToken,
      Expiration: new Date(batch.expiresAt).toISOString(),
    })}\n`,
  )
  await write(
    'bin/batch-credentials',
    `#!/bin/sh\nexec cat ${shWord(join(home, '.aws/batch.json'))}\n`,
    0o755,
  )
  await write(
    'bin/corp-auth',
    '#!/bin/sh\n# The company\'s own way to get a token: nobody knows what is in here.\nexec aws --region eu-west-1 --profile platform eks get-token --cluster-name "$1" --output json\n',
    0o755,
  )
  await write('bin/aws-iam-authenticator', authenticator, 0o755)
  if (settings.standInAws) {
    const command = settings.standInAws.map(shWord).join(' ')
    // ELECTRON_RUN_AS_NODE: the program may be an Electron; a plain node ignores it.
    await write('bin/aws', `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${command} "$@"\n`, 0o755)
  }

  const clusterOf = (key: ClusterKey) => simulator.cluster(clusterArns[key])
  const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
  const staleCa = await createClusterCertificates('ledger', now)
  const formerCa = await createClusterCertificates('invoices', now)
  const node = await simulator.clientCertificate(clusterArns.tools, 'system:node:tools-1', ['system:nodes'])
  const kubeconfigInput = {
    home,
    endpointUrl: simulator.endpointUrl,
    server: (key: ClusterKey) => clusterOf(key).url,
    ca: (key: ClusterKey) => base64(clusterOf(key).caPem),
    staleCa: base64(staleCa.caPem),
    formerCa: base64(formerCa.caPem),
    clientCertificate: base64(node.certificatePem),
    clientKey: base64(node.keyPem),
  }
  await write('.kube/pki/tools.crt', clusterOf('tools').caPem, 0o644)
  const kubeconfigFiles = [
    await write('.kube/config', mainKubeconfig(kubeconfigInput)),
    await write('.kube/legacy', legacyKubeconfig(kubeconfigInput)),
    await write('.kube/eks', awsKubeconfig(kubeconfigInput)),
  ]

  const programs = join(home, 'bin')
  const key = accessKey(carol)
  await write(
    '.profile',
    `# Alice's login shell. What the machine's own /etc/profile exports would lead out of the demo.
unset ${foreignVariables.join(' ')}
export PATH=${shWord(`${programs}:${settings.path}`)}
export KUBECONFIG=${shWord(kubeconfigFiles.join(':'))}
export AWS_EC2_METADATA_DISABLED=true
# pairing with carol, remove me tonight
export AWS_ACCESS_KEY_ID=${key.id}
export AWS_SECRET_ACCESS_KEY=${shWord(key.secret)}
`,
    0o644,
  )
  return { kubeconfigFiles, programs }
}
