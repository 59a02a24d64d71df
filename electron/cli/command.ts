/** What a command of the terminal is: a line of the table in commands.ts. */
import type { Fault } from '../../shared/result'
import type { Editing } from '../editing/editing'
import type { Environments } from '../identity/environments'
import type { IdentityReports } from '../identity/reports'
import type { SigningIn } from '../identity/signing-in'
import type { AwsAuths } from '../state/aws-auths'
import type { Checker } from '../state/checker'
import type { KeptDiscovery } from '../state/discovered'
import type { IdentityTrees } from '../state/identity-trees'
import type { KnownClusters } from '../state/known-clusters'
import type { KubeconfigFiles } from '../state/kubeconfig-files'
import type { SettingsFile } from '../state/settings'
import type { Sweeps } from '../state/sweeps'
import type { DataFolder } from '../system/data-folder'
import type { Variables } from '../system/environment'
import type { Expectations } from '../trust/expectations'
import type { Prompts } from '../trust/prompts'
import type { Arguments, OptionTable } from './arguments'
import type { Terminal } from './output'

/**
 * 0 fine, 1 the answer is bad news, 2 wrong usage, 3 the command could not be carried out; 130 interrupted. Of `exec` it is
 * that of the command that it ran.
 */
export type ExitStatus = number

/** What commands stand on that write nothing; services-reading.ts wires it. */
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
  /** What another program has undone of our writes, each once for all windows and commands; the files must be loaded. */
  readonly overwritten: Editing['overwritten']
}

/** What commands that write stand on; services.ts wires it. */
export interface Services extends Reading {
  readonly editing: Editing
  readonly sweeps: Sweeps
  readonly awsAuths: AwsAuths
  readonly clusters: KnownClusters
  readonly settings: SettingsFile
}

/** Where a command runs. */
export interface Around {
  readonly variables: Variables
  readonly platform: NodeJS.Platform
  readonly cwd: string
}

export interface CommandCall {
  readonly args: Arguments
  readonly terminal: Terminal
  /** Builds the services that look once asked for: help and version need none. */
  readonly reading: () => Promise<Reading>
  /** Builds all services, where those that look have not been asked for. */
  readonly services: () => Promise<Services>
  /** What it was started with, also inside of a session. */
  readonly around: () => Around
  /** What its services stand on: variables, home, data folder. */
  readonly machine: () => Promise<Around & { readonly folder: DataFolder }>
  /** The path that a word of the caller names, from the folder that it was said in. */
  readonly pathOf: (named: string) => string
  /** Fires on SIGINT and SIGTERM: partial results are still written. */
  readonly signal: AbortSignal
}

export interface Command {
  readonly name: string
  /** After `ekscope `. */
  readonly usage: string
  readonly summary: string
  readonly options: OptionTable
  /** One line per option. */
  readonly help: readonly (readonly [option: string, meaning: string])[]
  /** It finds its contexts where they are outside of a session (system/session.ts), not in the one of that session. */
  readonly outside?: boolean
  readonly run: (call: CommandCall) => Promise<ExitStatus>
}

/** The command could not be carried out: exit status 3, with the reason and the next step. */
export class Refusal extends Error {
  /** For scripts: the reason by its name, where it has one of its own. */
  readonly code: string
  readonly next: string
  constructor({
    code = 'refused',
    message,
    next,
  }: Pick<Fault, 'message' | 'next'> & { readonly code?: string }) {
    super(message)
    this.code = code
    this.next = next
  }
}
