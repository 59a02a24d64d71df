/** What an import brings, entry by entry: where tokens would go, and what signs in. Secrets are masked: the page gets it, too. */
import type { Impersonation } from '../kubeconfig/entries'
import { maskArguments, maskText, maskVariable } from '../kubeconfig/secrets'
import { hintFacts } from './introduced'
import {
  actingFacts,
  type Destination,
  destinationFacts,
  exactly,
  type Fact,
  listed,
  maskedActing,
  maskedDestination,
  mostShown,
  type NamedValue,
  way,
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
export interface SignInCommand {
  readonly command: string
  /** Null: there is no program of that name. */
  readonly resolved: string | null
  readonly realPath: string | null
  readonly args: readonly string[]
  readonly env: readonly NamedValue[]
  /** The command is told of the cluster (provideClusterInfo). */
  readonly toldOfCluster: boolean
  readonly installHint: string | null
  readonly interactiveMode: string | null
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
      command: one.command === null ? null : maskedCommand(one.command),
      impersonation: maskedActing(one.impersonation),
    })),
  }
}

const maskedCommand = (command: SignInCommand): SignInCommand => ({
  ...command,
  args: maskArguments(command.args),
  env: command.env.map(({ name, value }) => ({ name, value: maskVariable(name, value).value })),
  installHint: command.installHint && maskText(command.installHint),
})

/** Of many contexts the first are named: each says itself where it leads. */
const mostNamed = 24

/** A destination of an import, line by line. */
export const clusterFacts = (one: ImportedEntries['clusters'][number]): readonly Fact[] =>
  whole(one, destinationFacts(one))

/** How a user entry of an import signs in, line by line; several where it holds several. */
export function userFacts(one: ImportedEntries['users'][number]): readonly Fact[] {
  const { name, contexts, certificate, key, token, tokenFile, username, password, authProvider } = one
  const place = (path: string) => (path === '' ? 'in the entry' : exactly(path))
  const ways: readonly Fact[] = [
    ...(certificate === null ? [] : [{ label: 'client cert', value: place(certificate) } as const]),
    ...(key === null ? [] : [{ label: 'client key', value: place(key) } as const]),
    ...(token ? [{ label: 'token', value: 'in the entry' } as const] : []),
    ...(tokenFile === null ? [] : [{ label: 'token file', value: exactly(tokenFile) } as const]),
    ...(username === null ? [] : [{ label: 'user name', value: exactly(username) } as const]),
    ...(password ? [{ label: 'password', value: 'in the entry' } as const] : []),
    ...(one.command === null ? [] : commandFacts(one.command)),
    ...(authProvider === null ? [] : [{ label: 'auth provider', value: exactly(authProvider) } as const]),
    ...actingFacts(one.impersonation),
  ]
  return whole(one, [
    { label: 'user', value: exactly(name) },
    ...(ways.length === 0 ? [{ label: 'signs in', value: 'by nothing' } as const] : ways),
    { label: 'for', value: listed(contexts) },
  ])
}

function commandFacts({
  command,
  resolved,
  realPath,
  args,
  env,
  toldOfCluster,
  installHint,
  interactiveMode,
}: SignInCommand): readonly Fact[] {
  return [
    { label: 'command', value: [command, ...args].map(exactly).join(' ') },
    { label: 'leads to', value: resolved === null ? 'no program of that name' : way(resolved, realPath) },
    ...env.map(
      ({ name, value }) =>
        ({ label: 'variable', value: `${exactly(name)}=${value && exactly(value)}` }) as const,
    ),
    ...(toldOfCluster
      ? [{ label: 'cluster info', value: 'the command is told of the cluster' } as const]
      : []),
    ...(interactiveMode === null ? [] : [{ label: 'interactive', value: exactly(interactiveMode) } as const]),
    ...hintFacts(installHint),
  ]
}

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
