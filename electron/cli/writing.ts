/** What all writing commands of the terminal share: options, refusals, dry run, apply, and the report of a write. */

import { editLine } from '../../shared/edits/describe'
import type { AlsoChanged, AnyEdit } from '../../shared/edits/edit'
import { describeEdit } from '../../shared/edits/kinds'
import {
  isPermitted,
  nothingPermitted,
  type Permitted,
  permitting,
  remedies,
} from '../../shared/edits/obstacle'
import { alsoNamed, type FileRevision, type Plan, planJson } from '../../shared/edits/plan'
import { currentContextLine } from '../../shared/edits/resolution'
import { entriesOfSnapshot } from '../../shared/edits/snapshot'
import type { ContextEntry, Snapshot } from '../../shared/kubeconfig/entries'
import { type Fault, ok, type Result } from '../../shared/result'
import { quoted, visible } from '../../shared/visible'
import type { Guard } from '../editing/production'
import { splitUser } from '../editing/shared-entries'
import { targetsOf } from '../kubeconfig/disk/apply-to-disk'
import type { LockProgress } from '../kubeconfig/disk/kubeconfig-lock'
import { obstacleFault } from '../kubeconfig/disk/obstacles'
import { whenSettled } from '../kubeconfig/disk/steady-reads'
import type { ApplyOutcome } from '../kubeconfig/disk/write'
import { json } from '../report/json-text'
import { offer } from '../system/offer'
import type { Consent } from '../trust/consent'
import { type Arguments, usedLikeThis } from './arguments'
import { type Command, type CommandCall, type ExitStatus, orThrow, Refusal, type Services } from './command'
import {
  contextNamed,
  errorOf,
  type OpenOptions,
  refuseStandardInput,
  refuseUnreadable,
} from './contexts-by-name'
import { cutToColumns, drawnOver, sentence, shortened, type Terminal } from './output'
import { nameOverwritten, overwrittenSentence } from './overwritten'
import { nameTyped } from './production-guard'
import { type Trial, trialOf } from './trying'

/** Help of the options that every writing command takes. */
export const writingHelp = {
  '--dry-run': 'show what would be written as a diff, and write nothing',
  '--apply-to-shared': 'also where other contexts use the same entry and change with it',
  '--in-place': 'write in place where a rename cannot be, or would not keep the rights of the file',
  '--force': 'write a file although its mode protects it against writing',
  '--lock-wait SECONDS': 'wait at most this long for the lock of another program (default and maximum: 60)',
}

/** The positionals, exactly as many as the usage names; none of them empty. */
export function exactPositionals(command: Command, args: Arguments, count: number): readonly string[] {
  const found = positionalsOf(command, args, count)
  if (found[0] === '') throw usedLikeThis(command)
  return found
}

/** As `exactPositionals`, but the first may be empty: a file may hold a context without a name, which a command must be able to mend. */
export function positionalsOf(command: Command, { positionals }: Arguments, count: number) {
  if (positionals.length !== count || positionals.slice(1).some((one) => one === ''))
    throw usedLikeThis(command)
  return positionals
}

export interface OpenedFiles {
  readonly services: Services
  readonly snapshot: Snapshot
}

/** Recovers interrupted writes, loads, and refuses while a file of the list cannot be read. */
export async function openForWriting(call: CommandCall, opening: OpenOptions = {}): Promise<OpenedFiles> {
  const { args, terminal } = call
  if (opening.reads !== true) refuseStandardInput(call)
  const services = await call.services()
  const writes = !args.flag('dry-run') && opening.reads !== true
  // Another user's journal rolls nothing back, and another user's history undoes nothing.
  const ready = opening.reads === true ? ok(null) : await services.editing.ready(false)
  orThrow(!ready.ok && writes ? await services.editing.ready(true) : ready)
  for (const { message, write } of writes ? await services.editing.recover(call.signal) : []) {
    const kept = write ? ` The write is in the history as ${write.id}: ${write.titles.join('; ')}.` : ''
    await terminal.err(sentence(`${message}${kept}`))
  }
  const snapshot = await whenSettled(
    () => services.kubeconfig.load(),
    ({ files }) => files.flatMap((file) => (errorOf(file) || file.bytes === 0 ? [file.path] : [])),
  )
  if (opening.reads !== true) await nameOverwritten(terminal, services)
  refuseUnreadable(snapshot, args.globals.kubeconfig, { inOne: opening.reads !== true, ...opening })
  return { services, snapshot }
}

/** The context of this name as kubectl would take it; refuses an unknown name. */
export const contextIn = ({ services, snapshot }: OpenedFiles, name: string): ContextEntry =>
  contextNamed(snapshot, name, services.kubeconfig.store.inView().view.named)

/** A doubt that does not refuse the write. */
export type Doubt = Pick<Fault, 'message' | 'next'>

export interface WriteRequest {
  /** Of contexts and of AWS profiles. */
  readonly edits: readonly AnyEdit[]
  /** Doubts in addition to those of the plan. */
  readonly doubts?: readonly Doubt[]
  /** More fields for the JSON. */
  readonly more?: Readonly<Record<string, unknown>>
  /** How to handle what it adds for kubectl to run or to reach. */
  readonly consent?: Consent
  /** The write affects all contexts that use an entry: they are named, and the user need not allow that. */
  readonly forAll?: boolean
}

/** Shows or applies the edits of a command, and reports what happened. */
export async function carryOut(
  call: CommandCall,
  opened: OpenedFiles,
  work: WriteRequest,
): Promise<ExitStatus> {
  const { editing } = opened.services
  const { args } = call
  for (const path of targetsOf(work.edits)) {
    const forbidden = await editing.forbids(path)
    if (forbidden !== null) throw new Refusal(forbidden)
  }
  const { edits, consent, forAll = false } = work
  const set = orThrow(await editing.changeSet(edits))
  const naming = set.profiles && [...new Set(set.profiles.naming.map(({ context }) => context))]
  const dry = args.flag('dry-run')
  const doubts = [...(work.doubts ?? []), ...((!dry && set.profiles?.doubts) || [])]
  for (const doubt of doubts) await warn(call.terminal, doubt)
  const trial = await trialOf(call, opened.services, edits)
  const more = { ...work.more, ...(naming && { contexts: naming }), ...trial?.json }
  if (trial !== null && !args.globals.json) await call.terminal.report(trial.text())
  if (dry) {
    const shown = await showPlan(call, await editing.plan(edits), {
      doubts,
      forAll,
      naming,
      more: trial?.json ?? {},
    })
    return trial?.status || shown
  }
  for (const { message, next } of trial?.held ?? []) await call.terminal.err(sentence(message, next))
  if (trial?.edits.length === 0) return notWritten(call, more, trial)
  const written = trial?.edits ?? edits
  const { kubeconfig } = opened.services
  const titlesIn = (snapshot: Snapshot): readonly string[] => {
    const entries = entriesOfSnapshot(snapshot, kubeconfig.store.inView().view.named)
    return written.map((edit) => editLine(describeEdit(edit, entries)))
  }
  let titles: readonly string[] = []
  const status = await writeAndReport(call, {
    settings: opened.services.settings,
    titles: () => titles,
    saysCurrent: written.some(({ kind }) => kind === 'use-context'),
    // These are what an edit of a profile is about.
    alongByProfile: set.profiles === null,
    more,
    doubts,
    write: (onWait, permitted) =>
      editing.apply(
        {
          edits: written,
          // Another writer may have come between: what is replaced is what is there under the lock.
          titles: async (read) => {
            titles = titlesIn(isOf(opened.snapshot, read) ? opened.snapshot : await kubeconfig.load())
            return titles
          },
          onTitles: (now) => {
            titles = now
          },
          revisions: null,
          sharedAllowed: forAll || args.flag('apply-to-shared'),
          onWait,
          consent,
          ...permitted,
        },
        call.signal,
      ),
  })
  return status || (trial?.status ?? 0)
}

/** Says that nothing was written, because of what was tried. */
async function notWritten({ args, terminal }: CommandCall, more: object, { status, held }: Trial) {
  if (args.globals.json) await terminal.report(json({ written: false, ...more }))
  const why =
    status === 1
      ? 'nothing was written: not every context would act as its entry means.'
      : 'nothing was written: who would act could not be proven.'
  const next = held.length > 0 ? null : 'Without --try it is written as it is.'
  await terminal.err(sentence(why, next))
  return status
}

/** Whether the files were read so, as far as they are shown. */
const isOf = ({ files }: Snapshot, read: readonly FileRevision[]): boolean =>
  files.every(({ path, revision }) => {
    const found = read.find((one) => one.path === path)
    return found === undefined || found.revision === revision
  })

export interface Finishing {
  /** Called once it is written. */
  readonly titles: () => readonly string[]
  /** A title says what current-context is afterwards: it need not be said again. */
  readonly saysCurrent: boolean
  /** Contexts that change by a profile are named, too; by default they are. */
  readonly alongByProfile?: boolean
  /** It was written over what could not be read, to which no undo leads back. */
  readonly overTorn?: () => boolean
  readonly doubts: readonly Doubt[]
  readonly more: Readonly<Record<string, unknown>>
  /** Whether commands go on where nobody can type the name of what is production. */
  readonly settings: Services['settings']
  readonly write: (
    onWait: (progress: LockProgress) => void,
    permitted: Permitted & { readonly guard: Guard },
  ) => Promise<Result<ApplyOutcome>>
}

/** Writes, with the permissions of the options where something is in the way, and reports what happened. */
export async function writeAndReport(call: CommandCall, work: Finishing): Promise<ExitStatus> {
  const { args, terminal } = call
  const waiting = waitingLine(terminal)
  let permitted = nothingPermitted
  // Typed once for all attempts of one write.
  let typed: string | null = null
  const guard: Guard = async ({ names, cloneOf }) => {
    if (typed === JSON.stringify(names)) return ok(true)
    await waiting.end()
    const answer = await nameTyped(call, work.settings, names, cloneOf)
    if (answer.ok && answer.value) typed = JSON.stringify(names)
    return answer
  }
  for (;;) {
    const result = await work.write(waiting.show, { ...permitted, guard })
    await waiting.end()
    const outcome = orThrow(result)
    if (outcome.kind !== 'obstructed') return report(call, work, outcome)
    const { obstacles } = outcome
    const needed = [...new Set(obstacles.map(({ reason }) => remedies[reason]))]
    const before = permitted
    if (!needed.every((remedy) => args.flag(remedy)) || obstacles.some((one) => isPermitted(before, one))) {
      const { code, message, next } = obstacleFault(obstacles)
      const add = needed.map((remedy) => `--${remedy}`).join(' ')
      throw new Refusal({ code, message, next: `${next} To allow that, add ${add}.` })
    }
    permitted = permitting(permitted, obstacles)
  }
}

type WriteOutcome = Exclude<ApplyOutcome, { kind: 'obstructed' }>

/** Prints the doubts of a plan, and names the contexts that change with it. */
async function warned(terminal: Terminal, { problems, alsoChanges }: Pick<Plan, 'problems' | 'alsoChanges'>) {
  const warnings = problems.filter(({ blocks }) => !blocks)
  for (const warning of warnings) await warn(terminal, warning)
  return { warnings, others: namesOf(alsoChanges) }
}

async function report(call: CommandCall, work: Finishing, outcome: WriteOutcome): Promise<ExitStatus> {
  const { args, terminal } = call
  const { plan } = outcome
  const written = outcome.kind === 'written' ? outcome : null
  const along = plan.alsoChanges.filter(
    ({ through }) => work.alongByProfile !== false || through !== 'profile',
  )
  const { warnings, others } = await warned(terminal, { ...plan, alsoChanges: along })
  const overwritten = written?.overwritten ?? []
  if (written && overwritten.length > 0)
    await terminal.err(overwrittenSentence(written.historyId, overwritten))
  if (args.globals.json) {
    await terminal.report(
      json({
        written: written !== null,
        id: written?.historyId ?? null,
        changes: written === null ? [] : work.titles(),
        files: (written?.files ?? []).map(({ path, way }) => ({ path, way })),
        alsoChanges: others,
        currentContext: plan.currentContext,
        warnings: spoken([...work.doubts, ...warnings]),
        takenBack: overwritten,
        ...work.more,
      }),
    )
  } else if (written === null) {
    await terminal.report('Nothing to do: everything is already as requested.\n')
  } else {
    const inColumns = (line: string) =>
      cutToColumns(visible(line), terminal.columns ?? Number.POSITIVE_INFINITY)
    const current = work.saysCurrent ? null : plan.currentContext && currentContextLine(plan.currentContext)
    const said = [
      ...shortened(work.titles()).map(inColumns),
      ...(others.length > 0 ? [inColumns(`also changed: ${shortened(others).join(', ')}`)] : []),
      ...(current === null ? [] : [current]),
      ...shortened([...written.files].sort(newLast).map(({ path, way }) => `${fileVerbs[way]} ${path}`)),
      work.overTorn?.()
        ? 'what was there could not be read: the history keeps it, and no undo puts it back'
        : `to undo this: ${offer('ekscope', 'undo', written.historyId).command}`,
    ]
    await terminal.report(said.map((line) => `${visible(line)}\n`).join(''))
  }
  return overwritten.length > 0 ? 3 : 0
}

/** A file that was there is worth more words than a new one. */
const newLast = (one: { readonly way: string }, other: { readonly way: string }) =>
  Number(one.way === 'created') - Number(other.way === 'created')

const fileVerbs = { created: 'created', removed: 'removed', rename: 'wrote', 'in-place': 'wrote' } as const

const quotedNames = (changes: readonly AlsoChanged[]) => [
  ...new Set(changes.map((change) => alsoNamed({ ...change, name: quoted(change.name) }))),
]
const namesOf = (changes: readonly AlsoChanged[]) => [...new Set(changes.map(({ name }) => name))]
const spoken = (doubts: readonly Doubt[]) => doubts.map(({ message, next }) => ({ message, next }))

interface ShownAround {
  readonly doubts?: readonly Doubt[]
  /** More fields for the JSON. */
  readonly more?: object
  readonly forAll?: boolean
  /** Contexts that name a profile that is edited; null: those of the plan. */
  readonly naming?: readonly string[] | null
}

/** The plan on standard output: a diff per file, or the Plan as JSON. Refuses one that is blocked. */
export async function showPlan(
  { args, terminal }: CommandCall,
  plan: Plan,
  { doubts = [], forAll = false, naming = null, more = {} }: ShownAround = {},
): Promise<ExitStatus> {
  const blocking = plan.problems.find(({ blocks }) => blocks)
  if (blocking) throw new Refusal(blocking)
  const { warnings, others } = await warned(terminal, plan)
  if (args.globals.json) {
    const { currentContext } = plan
    const said = spoken([...doubts, ...warnings])
    await terminal.out(
      json({ ...planJson(plan), alsoChanges: others, currentContext, warnings: said, ...more }),
    )
    return 0
  }
  const sharing = plan.alsoChanges.filter(({ through }) => through !== 'profile')
  const acting = naming ?? namesOf(plan.alsoChanges.filter(({ through }) => through === 'profile'))
  if (acting.length > 0) await terminal.err(actsOtherwise(acting))
  if (sharing.length > 0)
    await terminal.err(
      sentence(
        `this would also change ${shortened(quotedNames(sharing)).join(', ')}, which use the same entry.`,
        forAll
          ? 'What AWS says of a cluster is so for all of them.'
          : `To change them too, add --apply-to-shared; to keep them as they are, run ${splitUser(sharing)} first.`,
      ),
    )
  await terminal.out(plan.files.map(({ unified }) => visibleLines(unified)).join(''))
  const current = plan.currentContext && currentContextLine(plan.currentContext)
  if (current) await terminal.err(`${visible(current)}\n`)
  if (plan.files.length === 0) await terminal.err('Nothing to do: everything is already as requested.\n')
  return 0
}

const actsOtherwise = (names: readonly string[]) =>
  `Contexts that name this profile, or one that comes from it: ${visible(shortened(names).join(', '))}.\n`

/** A diff whose lines cannot draw anything but themselves: line ends and tabs stay. */
export const visibleLines = (text: string): string =>
  text
    .split(/(\t|\r?\n|\r$)/)
    .map((part, at) => (at % 2 === 0 ? visible(part) : part))
    .join('')

export const warn = (terminal: Terminal, { message, next }: Doubt): Promise<void> =>
  terminal.err(sentence(`warning: ${message}`, next, terminal.errColours ? 'doubtful' : null))

const seconds = (ms: number) => `${Math.round(ms / 1_000)} s`

/** A shorter wait for a lock is not worth a line in a log, ms. */
const unsaid = 1_000

/** One line while a lock is waited for; where standard error is no terminal, one sentence, once. */
function waitingLine(terminal: Terminal) {
  const line = drawnOver(terminal, 200)
  let said = false
  return {
    show({ path, ageMs, waitedMs }: LockProgress) {
      line.show(`waiting for the lock ${visible(path)} (${seconds(ageMs)} old, waited ${seconds(waitedMs)})`)
      if (terminal.errIsTerminal || said || waitedMs < unsaid) return
      said = true
      void terminal.err(sentence(`waiting for the lock ${path}, which is ${seconds(ageMs)} old.`))
    },
    end: line.end,
  }
}
