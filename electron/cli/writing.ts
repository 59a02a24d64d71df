/** What every writing command of the terminal does alike: options, refusals, dry run, apply, and what is said of it. */
import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeIn, editLine } from '../../shared/edits/describe'
import type { AlsoChanged, Edit, EditProblem } from '../../shared/edits/edit'
import { type Plan, planJson } from '../../shared/edits/plan'
import { entriesOfSnapshot } from '../../shared/edits/snapshot'
import type { ContextEntry, FileProblem, KubeconfigFile, Snapshot } from '../../shared/kubeconfig/entries'
import type { Result } from '../../shared/result'
import { visible } from '../../shared/visible'
import type { LockProgress } from '../kubeconfig/disk/lock'
import type { ApplyOutcome } from '../kubeconfig/disk/write'
import type { Services } from '../services'
import { type Arguments, type OptionTable, UsageError } from './arguments'
import { type Command, type CommandCall, type ExitStatus, Refusal } from './command'
import { json, sentence, type Terminal } from './output'
import { effectiveContexts } from './rows'

/** Options that every writing command takes. */
export const writingOptions: OptionTable = {
  'dry-run': { type: 'boolean' },
  'apply-to-shared': { type: 'boolean' },
  'in-place': { type: 'boolean' },
  'lock-wait': { type: 'string' },
}

export const writingHelp: Command['help'] = [
  ['--dry-run', 'show what would be written as a diff, and write nothing'],
  ['--apply-to-shared', 'also where other contexts use the same entry and change along'],
  ['--in-place', 'write in place where the file cannot be replaced by a rename'],
  ['--lock-wait SECONDS', "wait at most so long for another program's lock (default and most: 60)"],
]

/** `--lock-wait` in ms; null when it was not given. */
export function lockWaitMs(words: Arguments): number | null {
  const text = words.text('lock-wait')
  if (text === null) return null
  if (!/^\d{1,2}$/.test(text) || Number(text) > 60)
    throw new UsageError('--lock-wait takes a number of seconds from 0 to 60')
  return Number(text) * 1_000
}

/** The positionals, exactly as many as the usage names. */
export function exactly(command: string, usage: string, words: Arguments, count: number): readonly string[] {
  const { positionals } = words
  if (positionals.length !== count || positionals.some((word) => word === ''))
    throw new UsageError(`“ekscope ${command}” is used as: ekscope ${usage}`)
  return positionals
}

/** A value or `--none`: exactly one of the two. The context comes first. */
export function valueOrNone(
  command: string,
  usage: string,
  words: Arguments,
): readonly [string, string | null] {
  const none = words.flag('none')
  const [context = '', value = ''] = exactly(command, usage, words, none ? 1 : 2)
  return [context, none ? null : value]
}

export interface Opened {
  readonly services: Services
  readonly snapshot: Snapshot
}

export interface Opening {
  /** A missing file of `--kubeconfig` is created. */
  readonly creates?: boolean
  /** Unreadable files that the command itself mends. */
  readonly mends?: (file: KubeconfigFile) => boolean
  /** Writes no file of the list: nothing to settle first. */
  readonly reads?: boolean
}

/** kubectl and aws write in place: what is empty or torn may only be so for a moment, ms. */
const settles = 2_000

/** Settles interrupted writes, loads, and refuses while a file of the list cannot be read. */
export async function openForWriting(call: CommandCall, opening: Opening = {}): Promise<Opened> {
  const { args: words, terminal } = call
  const services = await call.services()
  if (!words.flag('dry-run') && opening.reads !== true)
    for (const message of await services.editing.recover(call.signal)) await terminal.err(sentence(message))
  const began = Date.now()
  let snapshot = await services.kubeconfig.load()
  while (Date.now() - began < settles && (await anyUnsettled(snapshot))) {
    await sleep(50)
    snapshot = await services.kubeconfig.load()
  }
  refuseUnreadable(snapshot, words.globals.kubeconfig, opening)
  return { services, snapshot }
}

const errorOf = ({ problems }: KubeconfigFile): FileProblem | undefined =>
  problems.find(({ severity, code }) => severity === 'error' && code !== 'missing')

async function anyUnsettled({ files }: Snapshot): Promise<boolean> {
  for (const file of files) {
    if (!errorOf(file) && file.bytes > 0) continue
    const changed = await stat(file.path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    )
    if (Date.now() - changed < settles) return true
  }
  return false
}

function refuseUnreadable({ files }: Snapshot, named: string | null, opening: Opening): void {
  for (const file of files) {
    const problem = errorOf(file)
    if (!problem || opening.mends?.(file)) continue
    const at = problem.at ? `:${problem.at.line}:${problem.at.column}` : ''
    throw new Refusal({ message: `${file.path}${at}: ${problem.message}`, next: problem.next })
  }
  if (named === null || opening.creates) return
  const missing = files.flatMap(({ problems }) => problems).find(({ code }) => code === 'missing')
  if (missing) throw new Refusal(missing)
}

/** The context of this name as kubectl would take it; refuses an unknown one. */
export function contextNamed(snapshot: Snapshot, name: string): ContextEntry {
  const found = effectiveContexts(snapshot).find((context) => context.name === name)
  if (found) return found
  throw new Refusal({
    message: `there is no context “${name}” in ${snapshot.files.map(({ path }) => path).join(', ')}.`,
    next: '`ekscope list` shows those that there are.',
  })
}

/** Several of them, each once. */
export function contextsNamed(snapshot: Snapshot, names: readonly string[]): readonly ContextEntry[] {
  const byName = new Map(effectiveContexts(snapshot).map((context) => [context.name, context]))
  return [...new Set(names)].map((name) => byName.get(name) ?? contextNamed(snapshot, name))
}

/** A doubt that is no refusal. */
export interface Doubt {
  readonly message: string
  readonly next: string
}

export interface WriteRequest {
  readonly edits: readonly Edit[]
  /** Doubts beside those that the plan has. */
  readonly doubts?: readonly Doubt[]
  /** More fields for the JSON. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** Shows or applies the edits of a command, and says what happened. */
export async function carryOut(call: CommandCall, opened: Opened, work: WriteRequest): Promise<ExitStatus> {
  const { editing } = opened.services
  const { args: words } = call
  const { edits, doubts = [], more = {} } = work
  for (const doubt of doubts) await warn(call.terminal, doubt)
  if (words.flag('dry-run')) return showPlan(call, await editing.plan(edits), doubts)
  const entries = entriesOfSnapshot(opened.snapshot)
  const titles = edits.map((edit) => editLine(describeIn(entries, edit)))
  return finish(call, {
    titles,
    more,
    doubts,
    write: (onWait, inPlace) =>
      editing.apply(
        {
          edits,
          titles,
          revisions: null,
          sharedAllowed: words.flag('apply-to-shared'),
          onWait,
          ...(inPlace.length > 0 ? { inPlace } : {}),
        },
        call.signal,
      ),
  })
}

export interface Finishing {
  readonly titles: readonly string[]
  readonly doubts: readonly Doubt[]
  readonly more: Readonly<Record<string, unknown>>
  readonly write: (
    onWait: (progress: LockProgress) => void,
    inPlace: readonly string[],
  ) => Promise<Result<ApplyOutcome>>
}

/** Writes, asks again in place where that was allowed, and says what happened. */
export async function finish(call: CommandCall, work: Finishing): Promise<ExitStatus> {
  const { args: words, terminal } = call
  const waiting = waitingLine(terminal)
  const inPlace: string[] = []
  for (;;) {
    const result = await work.write(waiting.show, inPlace)
    await waiting.end()
    if (!result.ok) {
      if (result.fault.code !== 'cancelled' || !call.signal.aborted) throw new Refusal(result.fault)
      await terminal.err(sentence(result.fault.message, result.fault.next))
      return 130
    }
    const outcome = result.value
    if (outcome.kind !== 'cannot-rename') return tell(call, work, outcome)
    if (!words.flag('in-place') || inPlace.includes(outcome.path))
      throw new Refusal({
        message: outcome.fault.message,
        next: `${outcome.fault.next} To allow that, add --in-place.`,
      })
    inPlace.push(outcome.path)
  }
}

type WriteOutcome = Exclude<ApplyOutcome, { kind: 'cannot-rename' }>

async function tell(call: CommandCall, work: Finishing, outcome: WriteOutcome): Promise<ExitStatus> {
  const { args: words, terminal } = call
  const { plan } = outcome
  const written = outcome.kind === 'written' ? outcome : null
  const warnings = plan.problems.filter(({ blocks }) => !blocks)
  for (const warning of warnings) await warn(terminal, warning)
  const others = namesOf(plan.alsoChanges)
  const overwritten = written?.overwritten ?? []
  for (const { path, kind, name } of overwritten)
    await terminal.err(
      sentence(
        `another program put the ${kind} “${name}” of ${path} back to what it was, at the same moment.`,
        'Run this again.',
      ),
    )
  if (words.globals.json) {
    await terminal.out(
      json({
        written: written !== null,
        id: written?.historyId ?? null,
        changes: written === null ? [] : work.titles,
        files: (written?.files ?? []).map(({ path, way }) => ({ path, way })),
        alsoChanges: others,
        currentContext: plan.currentContext,
        warnings: [...work.doubts, ...warnings].map(({ message, next }) => ({ message, next })),
        takenBack: overwritten,
        ...work.more,
      }),
    )
  } else if (written === null) {
    await terminal.out('Nothing to do: everything is as asked already.\n')
  } else {
    const said = [
      ...work.titles,
      ...(others.length > 0 ? [`also changed: ${others.join(', ')}`] : []),
      ...currentLines(plan, work.titles),
      ...written.files.map(({ path, way }) => `${way === 'created' ? 'created' : 'wrote'} ${path}`),
      `to undo it: ekscope undo ${written.historyId}`,
    ]
    await terminal.out(said.map((line) => `${visible(line)}\n`).join(''))
  }
  return overwritten.length > 0 ? 3 : 0
}

/** current-context where no edit was about it. */
function currentLines({ currentContext }: Plan, titles: readonly string[]): readonly string[] {
  if (currentContext === null || titles.some((title) => title.startsWith('current-context:'))) return []
  const { before, after } = currentContext
  return [
    after === null
      ? `current-context was ${before ?? ''} and is empty now`
      : `current-context: ${before ?? '(none)'} → ${after}`,
  ]
}

const namesOf = (changes: readonly AlsoChanged[]) => [...new Set(changes.map(({ name }) => name))]

/** The plan on standard output: a diff per file, or the Plan as JSON. Refuses one that is blocked. */
export async function showPlan(
  { args: words, terminal }: CommandCall,
  plan: Plan,
  doubts: readonly Doubt[] = [],
): Promise<ExitStatus> {
  refuseBlocked(plan.problems)
  const warnings = plan.problems.filter(({ blocks }) => !blocks)
  for (const warning of warnings) await warn(terminal, warning)
  const others = namesOf(plan.alsoChanges)
  if (words.globals.json) {
    const all = [...doubts, ...warnings].map(({ message, next }) => ({ message, next }))
    await terminal.out(
      json({ ...planJson(plan), alsoChanges: others, currentContext: plan.currentContext, warnings: all }),
    )
    return 0
  }
  if (others.length > 0)
    await terminal.err(
      sentence(
        `this would also change ${others.map((name) => `“${name}”`).join(', ')}, which use the same entry.`,
        'To write it all the same: --apply-to-shared; to keep them as they are: `ekscope split-user` first.',
      ),
    )
  await terminal.out(plan.files.map(({ unified }) => visibleLines(unified)).join(''))
  if (plan.files.length === 0) await terminal.err('Nothing to do: everything is as asked already.\n')
  return 0
}

export function refuseBlocked(problems: readonly EditProblem[]): void {
  const blocking = problems.find(({ blocks }) => blocks)
  if (blocking) throw new Refusal(blocking)
}

/** A diff whose lines cannot draw anything but themselves: line ends and tabs stay. */
export const visibleLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => {
      const end = line.endsWith('\r') ? '\r' : ''
      return (
        line
          .slice(0, line.length - end.length)
          .split('\t')
          .map(visible)
          .join('\t') + end
      )
    })
    .join('\n')

export const warn = (terminal: Terminal, { message, next }: Doubt): Promise<void> =>
  terminal.err(sentence(`warning: ${message}`, next))

const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`

/** One line that is drawn over while a lock is waited for; nothing where standard error is no terminal. */
function waitingLine(terminal: Terminal) {
  let last = 0
  return {
    show({ path, ageMs, waitedMs }: LockProgress) {
      const now = Date.now()
      if (!terminal.errIsTerminal || now - last < 200) return
      last = now
      void terminal.err(
        `\r\x1b[Kwaiting for the lock ${visible(path)} (${seconds(ageMs)} old, waited ${seconds(waitedMs)})`,
      )
    },
    async end() {
      if (last > 0) await terminal.err('\r\x1b[K')
      last = 0
    },
  }
}
