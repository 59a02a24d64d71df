/** The identities of the loaded files in any environment, to show or check them. */
import { execMeaning } from '../../shared/exec/parse'
import type { EnvironmentName, Predicted } from '../../shared/identity/identity'
import type { IdentityTree } from '../../shared/identity/identity-tree'
import { type EntryId, emptyExec, type Snapshot } from '../../shared/kubeconfig/entries'
import { predictIdentity } from '../aws/chain/predicted-identity'
import type { AwsFiles } from '../aws/files/aws-files'
import type { AskedVersions } from '../aws/installed/which'
import type { KubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import type { FilesInView } from '../kubeconfig/read/changed'
import type { Environment } from '../system/environment'
import { assembleIdentities, type Identities, type KnownContext, type KnownTask } from './assemble'
import { allOf, type Basis, type LookInput, type LookTask, lookInput, lookTask } from './basis'
import { type Subject, subjectsInPieces, subjectsOf } from './subjects'
import { rulesFor } from './user-identity'

export interface Report extends Identities {
  /** Names of accounts that the AWS config gives, else those that were seen, by their number. */
  readonly accountNames: Readonly<Record<string, string>>
  /** What is wrong with the AWS files themselves. */
  readonly problems: IdentityTree['problems']
}

export type IdentityReports = ReturnType<typeof createIdentityReports>

export interface IdentityReportsOptions extends Basis {
  readonly store: KubeconfigStore
  /** The thread that looks at the files of a large fleet for a check; null: the calling one, which has them in view. */
  readonly known: ((task: KnownTask, of: FilesInView) => Promise<readonly KnownContext[]>) | null
  /** Names of accounts by SSO portals and by the accounts themselves. */
  readonly seenNames: (environment: EnvironmentName) => Promise<Readonly<Record<string, string>>>
}

/** What is wrong with the AWS files themselves. */
export function awsProblems({ config, credentials }: AwsFiles): Report['problems'] {
  return [config, credentials].flatMap(({ path, line, problem }) =>
    problem === null ? [] : [{ file: path, line, message: problem }],
  )
}

/**
 * Names of accounts next to their numbers, as programs that write profiles for IAM Identity Center leave them
 * (`sso_account_name` next to `sso_account_id`); aws reads no such key. The first profile's name counts.
 */
export function accountNamesIn({ profiles }: Pick<AwsFiles, 'profiles'>): Readonly<Record<string, string>> {
  const names: Record<string, string> = {}
  for (const { config } of profiles.values()) {
    const account = config?.settings.sso_account_id?.value.trim() ?? ''
    const name = config?.settings.sso_account_name?.value.trim() ?? ''
    if (!/^\d{12}$/.test(account) || name === '' || name.length > 64) continue
    names[account] ??= name
  }
  return names
}

/** The basis of a check. */
interface Stand {
  readonly on: LookTask & LookInput
  readonly snapshot: Snapshot
  report: Promise<Report> | null
}

const sameVersions = (a: AskedVersions, b: AskedVersions): boolean =>
  a.size === b.size && [...a].every(([key, version]) => b.get(key) === version)

/** Reports on what `store` last loaded. */
export function createIdentityReports(options: IdentityReportsOptions) {
  const { store, known, environments, asked, signal } = options

  async function report(
    on: LookTask & LookInput,
    fingerprints: boolean | ReadonlySet<EntryId>,
  ): Promise<Report> {
    const all = allOf(store.inView().view)
    const printed = typeof fingerprints === 'boolean' ? undefined : fingerprints
    const trust = fingerprints === false ? null : on.trust
    const identities = await assembleIdentities({ ...on, ...all, trust, printed })
    const { environment } = on
    const files = await on.aws(environment, {})
    const accountNames = { ...(await options.seenNames(environment.name)), ...accountNamesIn(files) }
    return Object.assign(identities, { problems: awsProblems(files), accountNames })
  }

  let last: Stand | null = null

  /** Of every context. `fingerprints`: of which contexts there are any; `list` shows none. */
  const of = async (
    name: EnvironmentName,
    { fingerprints = true }: { readonly fingerprints?: boolean | ReadonlySet<EntryId> } = {},
  ): Promise<Report> => report(lookInput(await lookTask(options, name), signal), fingerprints)

  return {
    of,
    /**
     * The report of every context, without fingerprints, from the files of the last `subjects`, which are not read again: so it
     * matches the results of that check. Computed once; again where a program has reported its version since.
     */
    async asChecked(name: EnvironmentName): Promise<Report> {
      const environment = await environments.of(name)
      const stand = last
      const holds =
        stand !== null &&
        stand.on.environment === environment &&
        stand.snapshot === store.snapshot() &&
        sameVersions(stand.on.asked, await asked())
      if (!holds) return of(name, { fingerprints: false })
      stand.report ??= report(stand.on, false)
      return stand.report
    },
    /** The identity that aws has there by default, and with it every other program that asks AWS. */
    async ofTools(environment: Environment): Promise<Predicted> {
      const on = lookInput({ ...(await lookTask(options, environment.name)), environment }, signal)
      // Any cluster: the arguments of a token that choose nothing.
      const exec = { ...emptyExec, command: 'aws', args: ['eks', 'get-token', '--cluster-name', 'any'] }
      const rules = await rulesFor('aws', on.programs(environment, {}))
      const files = await on.aws(environment, {})
      return predictIdentity({ ...on, meaning: execMeaning(exec), exec, files, rules })
    },
    /** These contexts with what a check needs to know of them; contexts that do not exist (any more) are left out. */
    async subjects(contexts: readonly EntryId[], environment: Environment): Promise<readonly Subject[]> {
      // Another program may write meanwhile: all of them come from the same reading.
      const inView = store.inView()
      const { view } = inView
      const task = { ...(await lookTask(options, environment.name)), environment }
      const on = lookInput(task, signal)
      last = { on, snapshot: view.snapshot, report: null }
      if (known !== null)
        return subjectsInPieces(contexts, (piece) => known({ ...task, contexts: piece }, inView), on)
      const resolved = [...new Set(contexts)].flatMap((id) => view.resolve(id) ?? [])
      return subjectsOf({ ...on, snapshot: view.snapshot, resolved })
    },
  }
}
