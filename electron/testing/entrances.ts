/** What Ekscope says of who may enter, held against what the simulated clusters themselves answer. */

import { Agent, request } from 'node:https'
import {
  type ClusterAccess,
  type Entrance,
  type Entrant,
  entranceOf,
} from '../../shared/identity/access-entries'
import { parseClusterArn, parsePrincipal, partitionOf } from '../../shared/identity/arn'
import { entrant } from '../../shared/identity/who-may-enter'
import { accessEntries } from '../aws/api/access-entries'
import type { Keys } from '../aws/api/access-keys'
import { type AwsClients, createClients } from '../aws/api/clients'
import { nothingRead } from '../aws/files/aws-files'
import { presignedToken } from '../aws/token/signature'
import type { RunningCluster } from '../demo/simulator/cluster'
import type { Simulator } from '../demo/simulator/simulator'
import type { EksCluster } from '../demo/simulator/world'
import { awsAuthOf } from '../whoami/aws-auth'

const signal = new AbortController().signal

interface Somebody {
  readonly identity: Entrant
  readonly keys: Keys
}

const sessions = ['alice', 'dora@tidepool.example', 'i-0123456789abcdef0']

/** Every user with a key, and every role in a session of each name. */
function everybody(simulator: Simulator, names: readonly string[]): readonly Somebody[] {
  const { users, roles } = simulator.world()
  const byKey = users.flatMap(({ arn, keys }) =>
    keys
      .filter(({ inactive }) => inactive !== true)
      .map(({ id, secret }) => ({
        identity: entrant(arn, id),
        keys: { accessKeyId: id, secretAccessKey: secret, sessionToken: null, expiresAt: null },
      })),
  )
  const bySession = roles.flatMap(({ arn }) =>
    names.map((name) => {
      const keys = simulator.issue(arn, name, Date.now() + 3_600_000)
      const {
        partition,
        account,
        name: role,
      } = parsePrincipal(arn) ?? { partition: '', account: '', name: '' }
      const session = `arn:${partition}:sts::${account}:assumed-role/${role}/${name}`
      return { identity: entrant(session, keys.accessKeyId), keys }
    }),
  )
  return [...byKey, ...bySession]
}

/** By somebody of the cluster's account who may read there. */
async function accessOf(
  simulator: Simulator,
  clients: AwsClients,
  cluster: EksCluster,
): Promise<ClusterAccess> {
  const { account, region, name } = parseClusterArn(cluster.arn) ?? { account: '', region: '', name: '' }
  const role = simulator.world().roles.find(({ arn }) => parsePrincipal(arn)?.account === account)
  const keys = simulator.issue(role?.arn ?? '', 'reader', Date.now() + 3_600_000)
  const client = await clients.eks({ profile: null, region, keys })
  if (!client.ok) throw new Error(client.fault.message)
  const mode = cluster.authenticationMode
  const entries =
    mode === 'CONFIG_MAP'
      ? { state: 'read' as const, value: [] }
      : await accessEntries({ client: client.value, who: 'reader', region, cluster: name, signal })
  const data = Object.fromEntries(
    Object.entries(cluster.awsAuth ?? {}).filter(([, text]) => text !== undefined),
  )
  return {
    partition: partitionOf(cluster.arn),
    mode,
    entries,
    awsAuth: { state: 'read', value: awsAuthOf(data) },
  }
}

/** What the cluster itself answers: username and groups; null for a 401. */
function review(cluster: RunningCluster, token: string, version: string, agent: Agent): Promise<unknown> {
  const body = JSON.stringify({ kind: 'SelfSubjectReview', apiVersion: `authentication.k8s.io/${version}` })
  return new Promise((resolve, reject) => {
    const sent = request(
      `${cluster.url}/apis/authentication.k8s.io/${version}/selfsubjectreviews`,
      {
        method: 'POST',
        agent,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      (answer) => {
        let text = ''
        answer.on('data', (piece) => {
          text += piece
        })
        answer.on('end', () => {
          const said = JSON.parse(text)
          if (answer.statusCode === 401) resolve(null)
          // The vault refuses the review itself, and names the user.
          else if (answer.statusCode === 403) resolve([/User "([^"]*)"/.exec(said.message)?.[1]])
          else resolve([said.status.userInfo.username, [...said.status.userInfo.groups].sort().join(' ')])
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The same of what the entries claim. */
function claimed(entrance: Entrance, reviewDenied: boolean): unknown {
  if (entrance.kind !== 'enters') return null
  const groups = [...entrance.groups.map(({ text }) => text), 'system:authenticated'].sort().join(' ')
  return reviewDenied ? [entrance.username?.text] : [entrance.username?.text, groups]
}

export interface Entrances {
  readonly asked: number
  /** How many of them a cluster let in. */
  readonly entered: number
  /** Where cluster and claim are not the same: cluster, ARN, what it answered, what was claimed. */
  readonly differs: readonly (readonly [string, string | null, unknown, unknown])[]
}

/** Asks every cluster that answers about everybody; with `sample`, about those of its account or its entries and a few others. */
export async function compareEntrances(simulator: Simulator, sample: boolean): Promise<Entrances> {
  const clients = createClients({
    files: nothingRead,
    variables: { AWS_ENDPOINT_URL: simulator.endpointUrl },
  })
  const people = everybody(simulator, sample ? ['dora@tidepool.example'] : sessions)
  const up = simulator.world().clusters.filter(({ reachable }) => (reachable ?? 'up') === 'up')
  const differs: (readonly [string, string | null, unknown, unknown])[] = []
  let [asked, entered] = [0, 0]
  await Promise.all(
    up.map(async (cluster) => {
      const access = await accessOf(simulator, clients, cluster)
      const running = simulator.cluster(cluster.arn)
      const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: running.caPem })
      const { account = '', region = '', name = '' } = parseClusterArn(cluster.arn) ?? {}
      for (const [at, { identity, keys }] of people.entries()) {
        const entrance = entranceOf(identity, access)
        const near = parsePrincipal(identity.arn ?? '')?.account === account || entrance.kind === 'enters'
        if (sample && !near && at % 13 !== 0) continue
        const token = presignedToken(keys, {
          origin: simulator.endpointUrl,
          region,
          cluster: cluster.outpost?.id ?? name,
          now: Date.now(),
        })
        const answer = await review(running, token, cluster.reviewVersions?.[0] ?? 'v1', agent)
        const claim = claimed(entrance, cluster.reviewDenied === true)
        asked += 1
        if (answer !== null) entered += 1
        if (JSON.stringify(answer) !== JSON.stringify(claim))
          differs.push([name, identity.arn, answer, claim])
      }
      agent.destroy()
    }),
  )
  clients.close()
  return { asked, entered, differs }
}
