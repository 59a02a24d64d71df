/** Rules about what files hold besides contexts: entries that no context uses, rights, and certificates that are not checked. */
import { grouped } from '../grouped'
import type { ClusterEntry, UserEntry } from '../kubeconfig/entries'
import { named, quoted } from '../visible'
import { type FindingIn, type Indexed, namedAll } from './define-rule'
import { clusterOf, type FindingRow, userNameOf } from './rule-input'

/** One finding for each file that has clusters, or users, which no context names. */
export function* orphans(kind: 'cluster' | 'user', { snapshot, rows }: Indexed): Iterable<FindingIn> {
  const count = (of: 'contexts' | 'clusters' | 'users') =>
    snapshot.files.reduce((all, file) => all + file[of], 0)
  const nameIn = kind === 'user' ? userNameOf : (row: FindingRow) => clusterOf(row)?.name ?? null
  const names = new Set(rows.flatMap((row) => nameIn(row) ?? []))
  // Some of the contexts alone do not show it; and mostly each entry is used, and none is built only to see that.
  if (rows.length < count('contexts') || names.size === count(`${kind}s`)) return
  const entries: readonly (ClusterEntry | UserEntry)[] =
    kind === 'cluster' ? snapshot.clusters : snapshot.users
  const unused = grouped(entries, ({ name, origin }) =>
    names.has(name) || origin.shadowedBy !== null || origin.duplicate ? null : origin.file,
  )
  for (const [file, all] of unused) {
    const of = all.map(({ name }) => name)
    const several = of.length > 1
    yield {
      contexts: [],
      file,
      ...(all[0] && { line: all[0].origin.line }),
      message: `${several ? `${of.length} ${kind}s` : `The ${kind}`} ${namedAll(of)} ${several ? 'are' : 'is'} named by no context.`,
      advice: `Delete ${several ? 'them' : 'it'} where nothing else needs ${several ? 'them' : 'it'}.`,
    }
  }
}

/** One finding for each cluster entry whose certificate kubectl does not check. */
export function* uncheckedCertificates({ effective }: Indexed): Iterable<FindingIn> {
  const groups = grouped(effective, (row) =>
    clusterOf(row)?.insecureSkipTlsVerify ? (row.cluster?.id ?? null) : null,
  )
  for (const rows of groups.values()) {
    const cluster = rows[0]?.cluster
    if (!cluster) continue
    yield {
      rows,
      file: cluster.origin.file,
      line: cluster.origin.line,
      message: `The certificate of cluster ${quoted(cluster.name)} is not checked (insecure-skip-tls-verify): whoever is on the way gets its tokens.`,
      advice: 'Remove insecure-skip-tls-verify, and give the entry the certificate authority of the cluster.',
    }
  }
}

const words: Readonly<Record<string, string>> = {
  token: 'a token',
  password: 'a password',
  'client-key-data': 'a private key',
  'auth-provider': 'what an auth-provider keeps',
}
const secretVariables: ReadonlySet<string> = new Set(['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])

/** What of a user entry is a secret in the file itself, in words. */
export function plainSecrets({ secrets, exec }: UserEntry): readonly string[] {
  const variables = exec?.env.filter(({ name, value }) => value !== '' && secretVariables.has(name)) ?? []
  return [
    ...new Set([...secrets.flatMap((field) => words[field] ?? []), ...variables.map(({ name }) => name)]),
  ]
}

/** One finding for each file that others may write, or read where it holds a secret. */
export function* looseFiles({ snapshot }: Pick<Indexed, 'snapshot'>): Iterable<FindingIn> {
  for (const { path, mode } of snapshot.files) {
    if (mode === null || (mode & 0o066) === 0) continue
    const who = (group: number, others: number) =>
      [...(mode & group ? ['its group'] : []), ...(mode & others ? ['everybody'] : [])].join(' and ')
    const written = who(0o020, 0o002)
    const holds = snapshot.users.flatMap((user) => (user.origin.file === path ? plainSecrets(user) : []))
    if (written === '' && holds.length === 0) continue
    const rights = `0${(mode & 0o777).toString(8)}`
    yield {
      contexts: [],
      file: path,
      message:
        written === ''
          ? `${named(path)} may be read by ${who(0o040, 0o004)} (${rights}), and it holds ${[...new Set(holds)].join(', ')}.`
          : `${named(path)} may be written by ${written} (${rights}): they decide what kubectl runs, and where your tokens go.`,
      advice: 'Let nobody but you read and write it: chmod 600.',
    }
  }
}
