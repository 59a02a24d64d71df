/**
 * Which commands may run without asking: a pure function of what is known about a command (docs/security.md, "Commands").
 * The user is asked about everything that is not certainly aws or the authenticator minting a token.
 */
import { createHmac } from 'node:crypto'
import type { ExecMeaning, RawExec } from '../../shared/exec/parse'
import type { CommandQuestion } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { maskArguments, maskVariable } from '../../shared/kubeconfig/secrets'
import type { Lookup } from '../system/look-path'
import { isStsRegion } from '../whoami/sts-hosts'

/** exec.env names that only choose an identity or a region; any other can make aws run a foreign program. */
const harmlessVariables: ReadonlySet<string> = new Set([
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_ROLE_SESSION_NAME',
  'DEFAULT_ROLE',
])

/** An exec command with everything that its permission, and the user's decision about it, depend on. */
export interface CommandFacts {
  readonly exec: RawExec
  readonly meaning: ExecMeaning
  /** Where the command leads with the chosen environment's PATH. */
  readonly lookup: Lookup
  /** Where the bare name of the program (`aws`) leads with that PATH; the same as `lookup` for a bare name. */
  readonly bareLookup: Lookup
  /** The kubeconfig file that the user entry stands in. */
  readonly file: string
}

export type CommandPermission =
  | { readonly kind: 'allowed'; readonly path: string }
  /** `why` is one sentence, shown with the question. */
  | { readonly kind: 'ask'; readonly path: string; readonly why: string }
  /** There is no program to run, so there is nothing to ask. */
  | { readonly kind: 'cannot-run'; readonly lookup: Exclude<Lookup, { kind: 'found' }> }

const anyProgram = (why: string): string =>
  `${why.charAt(0).toUpperCase()}${why.slice(1)}, so it could be any program.`

/** Whether this command may run without asking the user. */
export function commandPermission(facts: CommandFacts): CommandPermission {
  const { lookup } = facts
  if (lookup.kind !== 'found') return { kind: 'cannot-run', lookup }
  const why = reasonToAsk(facts, lookup.unsafe)
  return why === null ? { kind: 'allowed', path: lookup.path } : { kind: 'ask', path: lookup.path, why }
}

function reasonToAsk(facts: CommandFacts, unsafe: string | null): string | null {
  const { exec, meaning, bareLookup } = facts
  if (meaning.program === 'other') {
    return 'The command is neither aws nor aws-iam-authenticator, so it could do anything.'
  }
  if (exec.command !== meaning.program) {
    const sameAsPath = bareLookup.kind === 'found' && bareLookup.path === exec.command
    if (!sameAsPath) {
      return `The command is a path other than the ${meaning.program} that PATH gives, so it could be any program.`
    }
    if (bareLookup.unsafe !== null) return anyProgram(bareLookup.unsafe)
  }
  if (unsafe !== null) return anyProgram(unsafe)
  if (!meaning.complete) {
    return `The arguments do more than get a token: ${meaning.unknown ?? 'not understood'}.`
  }
  if (meaning.region !== null && !isStsRegion(meaning.region)) {
    return 'The region is not a valid region name, and it becomes part of the host name that the request goes to.'
  }
  for (const { name, value } of exec.env) {
    if (!harmlessVariables.has(name)) {
      return `The entry sets ${JSON.stringify(name)} for the command, which can change which program or file is used.`
    }
    if (/REGION$/.test(name) && value !== '' && !isStsRegion(value)) {
      return `${name} is not a valid region name, and it becomes part of the host name that the request goes to.`
    }
  }
  return null
}

/** A credential_process of the user's AWS config that running a chain would start. */
export interface ProcessFacts {
  readonly command: string
  readonly file: string
  readonly line: number
  readonly profile: string
}

/** Binds the user's decision to exactly this command: program and arguments, resolved path, variables and file. */
export function commandFingerprint(key: string, exec: RawExec, path: string, file: string): string {
  return fingerprint(key, [
    'exec',
    exec.command,
    path,
    exec.args,
    exec.env.map(({ name, value }) => [name, value]),
    file,
  ])
}

/** Binds the user's decision to this command line of this AWS config file, for this profile. */
export function processFingerprint(key: string, process: ProcessFacts): string {
  return fingerprint(key, ['credential-process', process.command, process.file, process.profile])
}

// Keyed, so that a fingerprint, which the page gets and reports show, says nothing about a password in the arguments.
function fingerprint(key: string, parts: unknown): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex')
}

/** The contexts that a question is about; it is shown at the first. */
export interface QuestionContexts {
  readonly context: EntryId
  readonly contexts: readonly EntryId[]
}

/** The question for the user, its secrets masked. */
export function commandQuestion(
  contexts: QuestionContexts,
  facts: Pick<CommandFacts, 'exec' | 'file'> & { readonly line: number | null },
  permission: Extract<CommandPermission, { kind: 'ask' }>,
  fingerprint: string,
): CommandQuestion {
  return {
    ...contexts,
    fingerprint,
    kind: 'exec',
    command: facts.exec.command ?? '',
    resolved: permission.path,
    args: maskArguments(facts.exec.args),
    env: facts.exec.env.map(({ name, value }) => ({ name, value: maskVariable(name, value).value })),
    file: facts.file,
    line: facts.line,
    why: permission.why,
  }
}

/** The question about a credential_process; its command line is shown as it stands, secrets masked. */
export function processQuestion(
  contexts: QuestionContexts,
  process: ProcessFacts,
  fingerprint: string,
): CommandQuestion {
  return {
    ...contexts,
    fingerprint,
    kind: 'credential-process',
    command: maskArguments(process.command.split(/\s+/)).join(' '),
    resolved: null,
    args: [],
    env: [],
    file: process.file,
    line: process.line,
    why: `Profile ${process.profile} gets its credentials from a program of its own, which could do anything.`,
  }
}
