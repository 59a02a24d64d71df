/** Through which boxes each context leads, and what these are called. Pure. */
import { plural } from '../counted'
import { grouped } from '../grouped'
import { type DistinctName, nameAlone, tellApart } from '../identity/distinct-names'
import { keyShortened } from '../identity/named-identity'
import { once } from '../once'
import { visible } from '../visible'
import type { Audit, AuditCluster, AuditContext, AuditIdentity, AuditSource } from './audit'
import type { MapColumn, MapOptions, MapStop } from './map-model'

/** So many contexts are all named; of more only those that are not right. */
export const allNamed = 24

/** Identities and clusters of more contexts are folded. */
const foldsAbove = 150

/** A box of a column. */
export interface Node extends MapStop {
  readonly column: MapColumn
  readonly fold: string | null
  readonly contexts: AuditContext[]
  /** Of those that should lead through it, and do not. */
  readonly missing: AuditContext[]
  y: number
  height: number
  /** Its label among those of its column. */
  distinct: DistinctName
}

/** What a source is called; `*` is its name, which is a detail where there is none. */
const sourceWords: Readonly<Record<AuditSource['kind'], readonly [label: string, detail: string]>> = {
  'environment-keys': ['Your shell’s keys', 'before every profile'],
  keys: ['Keys of *', ''],
  'sso-session': ['SSO *', ''],
  'permission-set': ['Permission set *', ''],
  role: ['Role *', 'no file says its source'],
  'web-identity': ['Web identity', 'a token in a file'],
  login: ['aws login', ''],
  process: ['Process', 'credential_process'],
  container: ['Container', 'its credentials'],
  metadata: ['Instance', 'its credentials'],
  'entry-keys': ['Keys of *', 'in the entry'],
  wrapper: ['Program *', 'it wraps aws'],
  nowhere: ['No credentials', 'what is named gives none'],
  'not-aws': ['No AWS identity', 'certificate, token, password'],
  program: ['A program', 'no file says whose identity'],
  'not-known': ['Not known', 'no file names it'],
}

const stateWords: Readonly<Record<AuditSource['state'], string>> = {
  valid: '',
  expired: 'expired',
  'sign-in-needed': 'needs a sign-in',
  refused: 'refused',
  broken: '',
  unknown: '',
}

const lastPart = (path: string): string => path.replace(/^.*[\\/](?=[^\\/]*[\\/][^\\/]*$)/, '…/')

function sourceStop(
  { key, kind, name, from, state }: AuditSource,
  environment: Audit['environment'],
): MapStop {
  const [words, said] = sourceWords[kind]
  const label =
    kind === 'environment-keys' && environment !== 'login-shell' ? 'The environment’s keys' : words
  const short = keyShortened(name ?? '')
  const detail = stateWords[state] || said || lastPart(from[0] ?? '')
  return label.includes('*')
    ? { key, label: visible(label.replace('*', () => short)), detail: visible(detail) }
    : { key, label, detail: visible([short, detail].filter(Boolean).join(', ')) }
}

const accountOf = (one: Pick<AuditIdentity, 'account' | 'accountName'>): string =>
  one.accountName ?? one.account ?? ''

export const identityLabel = ({ kind, name }: AuditIdentity): string =>
  kind === 'nobody' ? 'no identity' : kind === 'not-aws' ? 'not AWS' : visible(keyShortened(name))

/** The boxes of all columns, with each context in one of each. */
export function nodesOf(
  audit: Audit,
  shown: readonly AuditContext[],
  { unfolded, folds = shown.length > foldsAbove }: Pick<MapOptions, 'unfolded' | 'folds'>,
) {
  const sources = new Map(audit.sources.map((one) => [one.key, one]))
  const identities = new Map(audit.identities.map((one) => [one.key, one]))
  const clusters = new Map(audit.clusters.map((one) => [one.key, one]))
  const node = (column: MapColumn, stop: MapStop, fold: string | null): Node => ({
    ...stop,
    column,
    fold,
    contexts: [],
    missing: [],
    y: 0,
    height: 0,
    distinct: nameAlone(stop.label),
  })
  /** The identities of one name, which are one box while they are folded. */
  const used = new Set(shown.flatMap(({ acts, should }) => (should === null ? [acts] : [acts, should])))
  const alike = grouped(
    [...used].flatMap((key) => identities.get(key) ?? []),
    (one) => (folds && one.kind === 'principal' ? one.name : null),
  )
  const at = {
    source: new Map<string, Node>(),
    identity: new Map<string, Node>(),
    cluster: new Map<string, Node>(),
  }
  const sourceOf = (key: string) =>
    once(at.source, key, () => {
      const source = sources.get(key)
      return node(
        'source',
        source ? sourceStop(source, audit.environment) : { key, label: 'Not known', detail: '' },
        null,
      )
    })
  const identityOf = (key: string) => {
    const identity = identities.get(key)
    const many = alike.get(identity?.name ?? '')?.length ?? 0
    const fold = identity !== undefined && many > 1 ? `identity ${identity.name}` : null
    if (fold !== null && !unfolded.has(fold))
      return once(at.identity, fold, () =>
        node(
          'identity',
          { key: fold, label: visible(identity?.name ?? ''), detail: plural(many, 'account') },
          fold,
        ),
      )
    return once(at.identity, key, () =>
      node(
        'identity',
        {
          key,
          label: identity === undefined ? 'not known' : identityLabel(identity),
          detail: identity === undefined ? '' : visible(accountOf(identity)),
        },
        null,
      ),
    )
  }
  const clusterOf = (key: string) => {
    const cluster = clusters.get(key)
    const account = cluster?.account ?? ''
    const fold = folds ? `account ${account}` : null
    if (fold !== null && !unfolded.has(fold))
      return once(at.cluster, fold, () =>
        node('account', { key: fold, label: accountLabel(cluster), detail: numberOf(cluster) }, fold),
      )
    return once(at.cluster, key, () =>
      node('cluster', { key, label: visible(cluster?.name ?? key), detail: cluster?.region ?? '' }, null),
    )
  }
  const paths = shown.map((context) => {
    const path = {
      context,
      source: sourceOf(context.source),
      identity: identityOf(context.acts),
      cluster: clusterOf(context.cluster),
    }
    path.source.contexts.push(context)
    path.identity.contexts.push(context)
    path.cluster.contexts.push(context)
    const should = context.should === null ? null : identityOf(context.should)
    should?.missing.push(context)
    return { ...path, should }
  })
  for (const column of Object.values(at)) {
    const tell = tellApart([...column.values()].map(({ label }) => label))
    for (const node of column.values()) node.distinct = tell(node.label)
  }
  return {
    paths,
    /** The name of a context among all, and of an account among those of all identities. */
    tell: tellApart(audit.contexts.map(({ name }) => name)),
    tellAccount: tellApart(audit.identities.map(accountOf)),
    sources: [...at.source.values()],
    identities: [...at.identity.values()],
    clusters: [...at.cluster.values()],
    known: { sources, identities, clusters },
  }
}

export type Nodes = ReturnType<typeof nodesOf>

export type Path = Nodes['paths'][number]

/** Of an account that has a name, too. */
export const numberOf = (cluster: AuditCluster | undefined): string =>
  cluster?.accountName && cluster.account ? cluster.account.replace(/(\d{4})(?=\d)/g, '$1 ') : ''

export const accountLabel = (cluster: AuditCluster | undefined): string =>
  cluster?.account ? visible(accountOf(cluster)) : 'No account known'
