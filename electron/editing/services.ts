/** The services of one machine, as the requests of a page and the commands of the terminal use them; the roots wire them. */
import type { Result } from '../../shared/result'
import type { Environments } from '../identity/environments'
import type { SigningIn } from '../identity/open-signing-in'
import type { IdentityReports } from '../identity/reports'
import type { AsWhom } from '../state/account-questions'
import type { Changes } from '../state/changes'
import type { Checker } from '../state/checker'
import type { Clusters } from '../state/cluster-answers'
import type { KeptDiscovery } from '../state/discovered'
import type { IdentityTrees } from '../state/identity-trees'
import type { KubeconfigFiles } from '../state/kubeconfig-files'
import type { MutedFile } from '../state/muted-file'
import type { SettingsFile } from '../state/settings-file'
import type { Expectations } from '../trust/expectations'
import type { Prompts } from '../trust/prompts'
import type { Editing } from './editing'
import type { PageAnswers } from './page-answers'
import type { KeptEdits } from './pending-store'
import type { Trying } from './try'

/** Those of commands that write nothing. */
export interface Reading {
  readonly environments: Environments
  readonly kubeconfig: KubeconfigFiles
  readonly identities: IdentityReports
  readonly checker: Checker
  readonly trust: Prompts
  readonly expectations: Expectations
  readonly trees: IdentityTrees
  readonly signingIn: () => Promise<SigningIn>
  readonly discovered: KeptDiscovery
  readonly settings: SettingsFile
  readonly mutes: MutedFile
  /** Writes of Ekscope that another program has undone, each once for all windows and commands; the files must be loaded. */
  readonly overwritten: Editing['overwritten']
}

export interface Services extends Reading {
  readonly asWhom: AsWhom
  readonly clusters: Clusters
  readonly editing: Editing
  readonly keptEdits: KeptEdits
  readonly reload: Changes['reload']
  readonly shown: PageAnswers
  readonly trying: Trying
  /** Deletes the results of checks of contexts and of proofs of identities. */
  readonly clearChecks: () => Promise<Result<null>>
  /** What reads another kubeconfig in the place of the user's. */
  readonly readingOf: (path: string) => Reading
}
