/** Asks for the user's decisions and stores them: what exactly would run that is not allowed yet. */

import { grouped } from '../../shared/grouped'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { fail, fault, ok, type Result, refuse } from '../../shared/result'
import {
  type DestinationQuestion,
  isTooLong,
  maskedQuestion,
  type RunQuestion,
  tooLong,
} from '../../shared/trust/command-question'
import type { KubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import type { FilesInView } from '../kubeconfig/read/changed'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { Environment } from '../system/environment'
import {
  commandPermission,
  commandSubject,
  decisionFingerprint,
  type PermissionSubject,
  type ProcessFacts,
  processFingerprint,
  processSubject,
} from './command-permission'
import type { Trust, TrustDecisions } from './decisions'
import { type DestinationLooks, destinationOf, destinationsIn } from './destinations'
import { examineCommand, type Lookups, lookupsOf, programOfProcess } from './examine'

export type Prompts = ReturnType<typeof openPrompts>

/** A context with the credential_process commands that running its own command would start. */
export interface CommandSource {
  readonly resolved: Pick<ResolvedContext, 'id' | 'user' | 'cluster' | 'userEntry'>
  readonly processes: readonly ProcessFacts[]
}

export interface RunPromptOptions {
  readonly decisions: TrustDecisions
  readonly environment: (name: EnvironmentName) => Promise<Environment>
  readonly commands: (
    contexts: readonly EntryId[],
    environment: Environment,
  ) => Promise<readonly CommandSource[]>
  /** Called after every decision that was made or forgotten. */
  readonly onChange: () => Promise<void>
}

export interface PromptOptions extends RunPromptOptions {
  readonly store: Pick<KubeconfigStore, 'inView'>
  /** The thread that reads the files of a large fleet; the calling one by default. */
  readonly looks?: DestinationLooks<FilesInView> | undefined
}

/** Notifies that a decision was made, where one was. */
const telling =
  ({ onChange }: RunPromptOptions) =>
  async (answer: Result<null>): Promise<Result<null>> => {
    if (answer.ok) await onChange()
    return answer
  }

/** The questions about commands alone: for contexts that need not be in files. */
export function openRunPrompts(options: RunPromptOptions) {
  const { decisions } = options
  const changed = telling(options)

  /**
   * One question per command, or one for all that only share an unsafe path to their program, with every one of these contexts
   * that it is about. Stores nothing.
   */
  async function pending(
    contexts: readonly EntryId[],
    name: EnvironmentName,
  ): Promise<readonly RunQuestion[]> {
    const environment = await options.environment(name)
    // Nothing would be run in it either.
    if (!environment.readable) return []
    const trust = await decisions.load()
    const lookups = lookupsOf(environment.variables)
    const found: (Asks & { readonly context: EntryId })[] = []
    for (const source of await options.commands(contexts, environment))
      for (const asks of await asksOf(source, lookups, trust))
        if (!trust.allows(asks.fingerprint)) found.push({ ...asks, context: source.resolved.id })
    const questions = [...grouped(found, ({ fingerprint }) => fingerprint).values()].flatMap((all) => {
      const contexts = [...new Set(all.map(({ context }) => context))]
      return all
        .slice(0, 1)
        .map(({ subject, context, fingerprint }) => ({ ...subject, context, contexts, fingerprint }))
    })
    // The path to a program first: it is about most contexts, and its remedy is needed most.
    const isWay = ({ kind }: RunQuestion) => kind === 'program'
    return [...questions.filter(isWay), ...questions.filter((one) => !isWay(one))]
  }

  const keep = async (question: RunQuestion): Promise<Result<null>> => {
    if (isTooLong(question)) return refuse('not-allowed', tooLong.message, tooLong.next)
    if (question.kind === 'program') {
      const why = question.doubts.map(({ reason }) => reason).join('; ')
      return decisions.allow(question.kind, question.fingerprint, `${question.resolved}, although ${why}`)
    }
    const { env, command, args, file, line } = maskedQuestion(question)
    const words = [...env.map(({ name, value }) => `${name}=${value}`), command, ...args].join(' ')
    const place = `${file}${line === null ? '' : `:${line}`}`
    return decisions.allow(question.kind, question.fingerprint, `${words} (${place})`)
  }

  return {
    pending,
    /** The same to be shown: their fingerprints hold in window and terminal, from now on. */
    async ask(contexts: readonly EntryId[], environment: EnvironmentName): Promise<readonly RunQuestion[]> {
      const asked = await pending(contexts, environment)
      if (asked.length === 0) return asked
      // Where the key cannot be stored, the question is still shown; an answer to it will report why it is not stored.
      await decisions.keepKey()
      return pending(contexts, environment)
    },
    /**
     * Allows exactly what was shown; `not-found` when the entry has changed since, `not-allowed` when it is too long to be
     * judged.
     */
    async allow(context: EntryId, environment: EnvironmentName, fingerprint: string): Promise<Result<null>> {
      // The key that fingerprints are made with is settled first: two processes may answer their first question at once.
      const ready = await decisions.keepKey()
      if (!ready.ok) return ready
      const shown = (await pending([context], environment)).find((one) => one.fingerprint === fingerprint)
      if (shown) return changed(await keep(shown))
      return refuse('not-found', 'The command has changed since it was shown.', 'Look at the command again.')
    },
  }
}

/** The questions of files that are in view, with those about where tokens go. */
export function openPrompts(options: PromptOptions) {
  const { decisions, store, looks = destinationsIn(({ view }) => view) } = options
  const changed = telling(options)
  const fileIn = ({ view }: FilesInView, path: string) => view.snapshot.files.find((one) => one.path === path)

  async function fileQuestion(of: FilesInView, path: string): Promise<DestinationQuestion | null> {
    const file = fileIn(of, path)
    if (!file || file.own) return null
    const trust = await decisions.load()
    if (trust.trustsFile(file)) return null
    const destinations = await looks.destinations(path, of)
    const { realPath, revision } = file
    return { kind: 'file', path, realPath, revision, destinations }
  }

  return {
    ...openRunPrompts(options),
    /** What the user is to be asked before this context's cluster gets a token; null where nothing is to be asked. */
    async destination(context: EntryId): Promise<DestinationQuestion | null> {
      // One state of the files for the whole question, even if another program writes meanwhile.
      const of = store.inView()
      const found = await looks.destination(context, of)
      if (found === null) return null
      const { raw, file: path, contexts } = found
      const foreign = await fileQuestion(of, path)
      if (foreign !== null) return foreign
      const trust = await decisions.load()
      if (!raw.insecureSkipTlsVerify || trust.trustsInsecure(path, raw)) return null
      const { realPath = null, revision = null } = fileIn(of, path) ?? {}
      return { kind: 'insecure', path, realPath, revision, destinations: [destinationOf(raw, contexts)] }
    },
    /** The question about all servers of a foreign file; null where it is trusted already, or not open. */
    file: (path: string) => fileQuestion(store.inView(), path),
    /** Allows exactly what was shown; `not-found` when the file has changed since. */
    async allowDestination(question: DestinationQuestion): Promise<Result<null>> {
      const { kind, path, realPath, revision, destinations } = question
      const of = store.inView()
      const file = fileIn(of, path)
      if (file?.revision !== revision || file.realPath !== realPath || revision === null)
        return fail(lookAgain(path))
      if (kind === 'file') {
        if (JSON.stringify(await looks.destinations(path, of)) !== JSON.stringify(destinations))
          return fail(lookAgain(`What ${path} uses`))
        return changed(await decisions.trustFile({ path, realPath, revision }))
      }
      for (const to of destinations) {
        const kept = await decisions.trustInsecure(path, to)
        if (!kept.ok) return kept
      }
      return changed(ok(null))
    },
    forget: async (fingerprint: string) => changed(await decisions.forget(fingerprint)),
    list: decisions.list,
  }
}

const lookAgain = (what: string) =>
  fault('not-found', `${what} has changed since it was shown.`, 'Look at the file again.')

/** What would run, to be asked about. */
interface Asks {
  readonly subject: PermissionSubject
  readonly fingerprint: string
}

/** All that may have to be asked about one context. */
async function asksOf({ resolved, processes }: CommandSource, lookups: Lookups, trust: Trust) {
  const found: Asks[] = []
  const { user, cluster, userEntry } = resolved
  if (user?.raw.exec) {
    const facts = await examineCommand(user.raw.exec, user.file, cluster?.raw ?? null, lookups)
    const permission = commandPermission(facts)
    if (permission.kind === 'ask')
      found.push({
        subject: commandSubject(facts, userEntry?.origin.line ?? null, permission),
        fingerprint: decisionFingerprint(trust.key, facts, permission),
      })
  }
  for (const process of processes) {
    const lookup = await lookups(programOfProcess(process.command))
    found.push({
      subject: processSubject(process, lookup.kind === 'found' ? lookup.path : null),
      fingerprint: processFingerprint(trust.key, process),
    })
  }
  return found
}
