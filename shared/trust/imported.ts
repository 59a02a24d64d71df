/** What an import brings, entry by entry: where tokens would go, and what signs in. Secrets are masked: the page gets it, too. */
import type { Impersonation } from '../kubeconfig/entries'
import { hintFacts } from './introduced'
import {
  actingFacts,
  type Destination,
  destinationFacts,
  exact,
  exactly,
  type Fact,
  fact,
  listed,
  maskedActing,
  maskedDestination,
  maskedStarted,
  mostShown,
  namedFacts,
  type Started,
  wayTo,
} from './question'

/** Whose an entry is: brought by the import, or the user's own, which a context of the import names. */
export type Whose = 'imported' | 'own'

/** A user entry with everything that it signs in by. */
export interface SignIn {
  readonly name: string
  /** Names of the contexts of the import that use it. */
  readonly contexts: readonly string[]
  /** Path of the file, `''` where it stands in the entry, null without. The same for the key. */
  readonly certificate: string | null
  readonly key: string | null
  readonly token: boolean
  readonly tokenFile: string | null
  readonly username: string | null
  readonly password: boolean
  readonly command: SignInCommand | null
  readonly authProvider: string | null
  /** Whom it acts as, where it impersonates: user and groups in a line, and all that is said of them. */
  readonly actsAs: string | null
  readonly impersonation: Impersonation | null
}

/** What an entry runs, and where that leads in the environment that was looked in. */
export interface SignInCommand extends Started {
  readonly command: string
  /** Null: there is no program of that name. */
  readonly resolved: string | null
  readonly realPath: string | null
}

/** Every cluster and user that an import brings or uses, those that no context of it uses too. */
export interface ImportedEntries {
  readonly clusters: readonly (Destination & { readonly whose: Whose })[]
  readonly users: readonly (SignIn & { readonly whose: Whose })[]
}

/** The same for an output that others may read along, and for the page. */
export function maskedEntries({ clusters, users }: ImportedEntries): ImportedEntries {
  return {
    clusters: clusters.map(({ whose, ...one }) => ({ ...maskedDestination(one), whose })),
    users: users.map((one) => ({
      ...one,
      command: one.command && maskedStarted(one.command),
      impersonation: maskedActing(one.impersonation),
    })),
  }
}

/** Of many contexts the first are named: each says itself where it leads. */
const mostNamed = 24

/** A destination of an import, line by line. */
export const clusterFacts = (one: ImportedEntries['clusters'][number]): readonly Fact[] =>
  whole(one, destinationFacts(one))

/** How a user entry of an import signs in, line by line; several where it holds several. */
export function userFacts(one: ImportedEntries['users'][number]): readonly Fact[] {
  const { name, contexts, certificate, key, token, tokenFile, username, password, authProvider } = one
  const inEntry = 'in the entry'
  const place = (path: string | null) => (path === '' ? inEntry : path && exactly(path))
  const ways: readonly Fact[] = [
    ...fact('client cert', place(certificate)),
    ...fact('client key', place(key)),
    ...fact('token', token ? inEntry : null),
    ...exact('token file', tokenFile),
    ...exact('user name', username),
    ...fact('password', password ? inEntry : null),
    ...(one.command === null ? [] : commandFacts(one.command)),
    ...exact('auth provider', authProvider),
    ...actingFacts(one.impersonation),
  ]
  return whole(one, [
    ...exact('user', name),
    ...(ways.length === 0 ? fact('signs in', 'by nothing') : ways),
    ...fact('for', listed(contexts)),
  ])
}

const commandFacts = (run: SignInCommand): readonly Fact[] => [
  ...fact('command', [run.command, ...run.args].map(exactly).join(' ')),
  ...fact('leads to', wayTo(run)),
  ...namedFacts('variable', run.env),
  ...fact('cluster info', run.toldOfCluster ? 'the command is told of the cluster' : null),
  ...exact('interactive', run.interactiveMode),
  ...hintFacts(run.installHint),
]

/** Whose it is comes behind the name; nobody uses it is said; a value beyond what a person reads is cut, which is said. */
function whole(
  { whose, contexts }: { whose: Whose; contexts: readonly string[] },
  facts: readonly Fact[],
): readonly Fact[] {
  return facts.map(({ label, value }, at) => {
    if (at === 0 && whose === 'own') return { label, value: `${value} (your own, not in the import)` }
    if (label === 'for' && contexts.length === 0) return { label, value: 'no context of the import' }
    if (label === 'for' && contexts.length > mostNamed) {
      const some = listed(contexts.slice(0, mostNamed))
      return { label, value: `${contexts.length} contexts: ${some} and ${contexts.length - mostNamed} more` }
    }
    if (label === 'for' || value.length <= mostShown) return { label, value }
    return { label, value: `${value.slice(0, mostShown)}… (${value.length - mostShown} more characters)` }
  })
}
