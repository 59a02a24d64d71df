/** The identities of the loaded files in any environment, for whoever shows or checks them. */
import type { EnvironmentName } from '../../shared/identity/identity'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { AwsFiles } from '../aws/files/files'
import { type AskedVersions, type ProgramsOf, programsOnce } from '../aws/installed/which'
import type { KubeconfigStore } from '../kubeconfig/disk/store'
import type { FilesInView } from '../kubeconfig/read/changed'
import type { ResolvedContext } from '../kubeconfig/read/entries'
import type { Environment } from '../system/environment'
import { decisionsFingerprint, type TrustDecisions } from '../trust/decisions'
import type { Expectations } from '../trust/expectations'
import { assembleIdentities, type Identities, type IdentitiesInput, type KnownContext } from './assemble'
import { type AwsFilesOf, awsFilesOnce } from './aws-files-once'
import type { Environments } from './environments'
import type { KnownTask } from './known-contexts'
import { type Subject, subjectsInPieces, subjectsOf } from './subjects'

export interface Report extends Identities {
  /** Names of accounts that the AWS config gives, else those that were seen, by their number. */
  readonly accountNames: Readonly<Record<string, string>>
  /** What is wrong with the AWS files themselves. */
  readonly problems: readonly {
    readonly file: string
    readonly line: number | null
    readonly message: string
  }[]
}

export interface IdentityReports {
  /** Of every context. Without `fingerprints` those of checks stay empty: `list` shows none. */
  of(environment: EnvironmentName, options?: { readonly fingerprints?: boolean }): Promise<Report>
  /**
   * Of every context, without fingerprints, by what the last `subjects` stood on: what a check says beside its results is of the
   * same files, which are not read again. Worked out once; anew where a program has given its version since.
   */
  asChecked(environment: EnvironmentName): Promise<Report>
  /** These contexts with what a check needs to know of them; contexts that do not exist (any more) are left out. */
  subjects(contexts: readonly EntryId[], environment: Environment): Promise<readonly Subject[]>
}

export interface IdentityReportsOptions {
  readonly store: KubeconfigStore
  /** Who looks at the files of a large fleet for a check; null: the calling thread, which has them in view. */
  readonly known: ((task: KnownTask, of: FilesInView) => Promise<readonly KnownContext[]>) | null
  readonly environments: Environments
  readonly decisions: TrustDecisions
  readonly expectations: Pick<Expectations, 'words'>
  /** What accounts are called by SSO portals and by themselves. */
  readonly seenNames: (environment: EnvironmentName) => Promise<Readonly<Record<string, string>>>
  /** What programs gave for their version when they were asked. */
  readonly asked: () => Promise<AskedVersions>
  readonly home: string
  readonly platform: NodeJS.Platform
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly signal: AbortSignal
}

/** What is wrong with the AWS files themselves. */
export function awsProblems({ config, credentials }: AwsFiles): Report['problems'] {
  return [config, credentials].flatMap(({ path, line, problem }) =>
    problem === null ? [] : [{ file: path, line, message: problem }],
  )
}

/**
 * Names of accounts beside their numbers, as programs that write profiles for IAM Identity Center leave them
 * (`sso_account_name` beside `sso_account_id`); aws reads no such key. The first profile's word counts.
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

/** What a check stands on. */
interface Stand {
  readonly environment: Environment
  readonly snapshot: Snapshot
  readonly aws: AwsFilesOf
  readonly versions: AskedVersions
  readonly programs: ProgramsOf
  report: Promise<Report> | null
}

const sameVersions = (a: AskedVersions, b: AskedVersions): boolean =>
  a.size === b.size && [...a].every(([key, version]) => b.get(key) === version)

/** Reports on what `store` last loaded. */
export function createIdentityReports(options: IdentityReportsOptions): IdentityReports {
  const { store, environments, decisions, expectations, seenNames, asked, home, platform, now, signal } =
    options

  async function inputOf(
    resolved: readonly ResolvedContext[],
    environment: Environment,
    aws: AwsFilesOf,
    programs: ProgramsOf,
    fingerprints: boolean,
  ): Promise<IdentitiesInput> {
    return {
      snapshot: store.snapshot(),
      resolved,
      namesOnce: store.namesOnce(),
      environment,
      aws,
      programs,
      trust: fingerprints ? await decisionsFingerprint(decisions) : null,
      words: await expectations.words(),
      now: now(),
    }
  }

  async function report(
    environment: Environment,
    aws: AwsFilesOf,
    programs: ProgramsOf,
    fingerprints: boolean,
  ): Promise<Report> {
    const identities = await assembleIdentities(
      await inputOf(store.resolved(), environment, aws, programs, fingerprints),
    )
    const files = await aws(environment, {})
    const accountNames = { ...(await seenNames(environment.name)), ...accountNamesIn(files) }
    return Object.assign(identities, { problems: awsProblems(files), accountNames })
  }

  let last: Stand | null = null

  const reports: IdentityReports = {
    async of(name, { fingerprints = true } = {}) {
      const environment = await environments.of(name)
      const aws = awsFilesOnce(home, platform, signal)
      return report(environment, aws, programsOnce(await asked()), fingerprints)
    },
    async asChecked(name) {
      const environment = await environments.of(name)
      const versions = await asked()
      const stand = last
      const holds =
        stand !== null &&
        stand.environment === environment &&
        stand.snapshot === store.snapshot() &&
        sameVersions(stand.versions, versions)
      if (!holds) return reports.of(name, { fingerprints: false })
      stand.report ??= report(environment, stand.aws, stand.programs, false)
      return stand.report
    },
    async subjects(contexts, environment) {
      const aws = awsFilesOnce(home, platform, signal)
      // Whatever another program writes meanwhile: all of them are of what was asked about.
      const of = store.inView()
      const { view } = of
      const versions = await asked()
      const programs = programsOnce(versions)
      last = { environment, snapshot: view.snapshot, aws, versions, programs, report: null }
      const on = {
        environment,
        trust: await decisionsFingerprint(decisions),
        words: await expectations.words(),
        now: now(),
      }
      const { known } = options
      if (known === null) {
        const resolved = [...new Set(contexts)].flatMap((id) => view.resolve(id) ?? [])
        return subjectsOf({ ...on, snapshot: view.snapshot, resolved, aws, programs })
      }
      const task = { ...on, asked: versions, home, platform }
      return subjectsInPieces(contexts, (piece) => known({ ...task, contexts: piece }, of), {
        environment,
        aws,
        programs,
        now: on.now,
      })
    },
  }
  return reports
}
