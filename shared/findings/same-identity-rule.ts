/** The rule about contexts of several names that are one identity in one cluster. */
import { addressKey } from '../destination/destination'
import { readsFiles } from '../exec/parse'
import { grouped } from '../grouped'
import type { Intended, Predicted } from '../identity/identity'
import { parseShown } from '../kubeconfig/secrets'
import { quoted } from '../visible'
import { type FindingIn, type Indexed, namedAll } from './define-rule'
import { type FindingRow, isAws, nameOf, userKeyOf, variablesOf } from './rule-input'

/** Differently named contexts that are one thing: they mean one identity, and the same would act by either. */
export function* twins({ effective, known }: Indexed): Iterable<FindingIn> {
  // The rows share a few identities: a number for each.
  const numbers = new Map<string, number>()
  const ofAlike = new Map<object, number | null>()
  const keyOf = (row: FindingRow): string | null => {
    const alike = row.alike ?? null
    let who = alike === null ? undefined : ofAlike.get(alike)
    if (who === undefined) {
      const acting = actingKey(row)
      who = acting === null ? null : (numbers.get(acting) ?? numbers.size)
      if (acting !== null && who !== null) numbers.set(acting, who)
      if (alike !== null) ofAlike.set(alike, who)
    }
    const cluster = who === null || row.meant.tokenFor !== null ? null : clusterKey(row)
    return cluster === null ? null : `${who} ${cluster}`
  }
  for (const group of grouped(perhapsTwins(effective), keyOf).values()) {
    // Contexts that share their user are reported once, as that: the first of them represents all.
    const users = new Set<unknown>()
    const rows = group.filter((row) => users.size < users.add(userKeyOf(row)).size)
    const [first] = rows
    if (!first || rows.length < 2) continue
    const found = { rows, file: first.context.origin.file }
    const same = `${namedAll(rows.map(nameOf))} lead to the same identity in the same cluster`
    const apart = routes.filter(([, of]) => new Set(rows.map(of)).size > 1).map(([what]) => what)
    const promise = apart.length > 0 ? null : promisedDifference(rows, known)
    yield promise === null
      ? {
          ...found,
          severity: 'info',
          message: `${same}${apart.length > 0 ? `; they differ in ${apart.join(', ')}` : ', by two names'}.`,
          advice: 'Nothing to do if that is what you want.',
        }
      : {
          ...found,
          message: `${same}, although ${quoted(promise.word)}, a ${promise.what}, is in the name of only one of them.`,
          advice: 'Give each context the role or profile that its name says.',
        }
  }
}

/** Rows whose cluster shares its name with another's, or lacks a full name: few in a fleet, and no key is built for the rest. */
function perhapsTwins(effective: readonly FindingRow[]): readonly FindingRow[] {
  const once = new Map<string, boolean>()
  for (const { meant } of effective) {
    const { name } = meant
    if (name) once.set(name, !once.has(name))
  }
  return effective.filter(
    ({ meant: { name, region, account } }) => !(name && region && account && once.get(name)),
  )
}

/** Equal for servers with the same destination. */
function placeKey(server: string): string {
  const parsed = parseShown(server)
  return parsed.ok ? addressKey(parsed.value) : server
}

/** What may tell two contexts of one identity apart on purpose. */
const routes: readonly (readonly [what: string, of: (row: FindingRow) => unknown])[] = [
  ['namespace', ({ context }) => context.namespace || 'default'],
  ['server', ({ cluster }) => cluster?.server && placeKey(cluster.server)],
  ['proxy-url', ({ cluster }) => cluster?.proxyUrl || null],
  ['tls-server-name', ({ cluster }) => cluster?.tlsServerName || null],
  ['the check of its certificate', ({ cluster }) => cluster?.insecureSkipTlsVerify ?? false],
]

/** The word of some names and not of others that names a role, a profile or a permission set for that cluster. */
function promisedDifference(rows: readonly FindingRow[], known: Indexed['known']) {
  const words = rows.map(({ context }) => new Set(context.name.toLowerCase().split(/[^\p{L}\p{N}]+/u)))
  for (const word of new Set(words.flatMap((of) => [...of]))) {
    const named = words.every((of) => of.has(word)) ? undefined : known.get(word)
    if (named === undefined) continue
    const { what, accounts } = named
    const there = ({ meant, intended }: FindingRow) => meant.account ?? intended.account
    if (accounts.has(null) || rows.some((row) => there(row) === null || accounts.has(there(row))))
      return { word, what }
  }
  return null
}

/** The identity that the cluster sees; null where the context cannot act at all. */
function actingKey(row: FindingRow): string | null {
  const who = identityKey(row.intended)
  if (who === null || !isAws(row) || !canAct(row) || isElsewhere(row)) return null
  const acts = identityKey(row.predicted)
  // Where the user has to sign in first, there is no prediction: the intended identity counts.
  const instead = row.predicted.problem === null && acts !== who ? acts : null
  // To the cluster, an impersonated user, and a session of another name, is another identity.
  return JSON.stringify([who, instead, row.session, row.user?.impersonation ?? null])
}

/** The profile is all that is known, and a wrapper may take any identity from it. */
const isElsewhere = ({ meaning, intended }: FindingRow): boolean =>
  meaning !== null &&
  (meaning.given === 'environment' || meaning.given === 'everything') &&
  !readsFiles(meaning) &&
  [intended.arn, intended.accessKeyId, intended.permissionSet].every((named) => named === null)

/** Neither kubectl nor the AWS files refuse it, no keys that stop aws take its place, and it is known only to get a token. */
function canAct({ user, meaning, profileState, predicted }: FindingRow): boolean {
  const exec = user?.exec
  const version = exec?.apiVersion?.replace(/^client\.authentication\.k8s\.io\//, '')
  const run = version === 'v1beta1' || (version === 'v1' && Boolean(exec?.interactiveMode))
  const env = variablesOf(user)
  const halfAKey = Boolean(env.get('AWS_ACCESS_KEY_ID')) && !env.get('AWS_SECRET_ACCESS_KEY')
  const sound = !halfAKey && profileState.kind !== 'unknown' && profileState.kind !== 'broken'
  const { problem, instead } = predicted
  return (
    run &&
    sound &&
    meaning?.understood === true &&
    problem?.code !== 'command-failed' &&
    problem?.code !== 'bad-exec-credential' &&
    (problem === null || instead === null)
  )
}

function clusterKey(row: FindingRow): string | null {
  const { name, region, account } = row.meant
  if (name && region && account) return `${account}/${region}/${name}`
  const { cluster } = row
  return cluster?.server ? placeKey(cluster.server) : null
}

function identityKey(who: Intended | Predicted): string | null {
  if (who.arn !== null) return who.arn.toLowerCase()
  if (who.accessKeyId !== null) return who.accessKeyId
  if (who.account !== null && who.permissionSet !== null)
    return `${who.partition ?? ''}/${who.account}/${who.permissionSet}`
  return who.profile === null ? null : `profile/${who.profile}`
}
