/** `--try` of commands that write: who acts before and after, as a check of what would be written, before a byte of it is. */
import { plural } from '../../shared/counted'
import { type AnyEdit, switchesToken } from '../../shared/edits/edit'
import { contextsOf } from '../../shared/edits/kinds'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { type Check, isNotAllowed, type Problem } from '../../shared/identity/identity'
import { unpack } from '../../shared/ipc/packed'
import type { Preview } from '../../shared/ipc/payloads'
import { type EntryId, partsOfId } from '../../shared/kubeconfig/entries'
import { ok } from '../../shared/result'
import { visible } from '../../shared/visible'
import { type HeldSwitches, type SwitchedContext, trySwitches, withoutHeld } from '../editing/token-switch'
import type { TryRequest } from '../editing/try'
import { inTerminal, problemJson } from '../report/row-json'
import type { CommandCall, ExitStatus, Services } from './command'
import { orThrow, Refusal } from './command'
import { drawnOver, principalText, table, toneOf } from './output'
import { statusOf } from './whoami'

/** Help of the option. */
export const tryHelp = {
  '--try':
    'first prove who would act: what is read of contexts and AWS files is what would be written; all of it is, if each is whom its entry means, else nothing, with exit status 1',
}

/** A context that edits make another one, or whose tokens they let Ekscope make. */
interface Moved {
  readonly name: string
  /** The ARN that AWS proved of it as it is, where that still holds; else null. */
  readonly before: string | null
  /** As it would be written. */
  readonly check: Check | null
  /** What is wrong with it as it would be written, or with the entry as it is, where that could not be proven. */
  readonly problem: Problem | null
}

export interface Trial {
  /** 0: everything may be written. */
  readonly status: ExitStatus
  /** The edits that may be written: with --try all of them or none. */
  readonly edits: readonly AnyEdit[]
  /** Why contexts keep their tokens. */
  readonly held: readonly HeldSwitches[]
  readonly json: object
  readonly text: () => string
}

/**
 * What a command tries before it writes: with --try every context that the edits make another one, and without being asked each
 * whose tokens Ekscope would make. Null: nothing is tried.
 */
export async function trialOf(
  call: CommandCall,
  services: Services,
  edits: readonly AnyEdit[],
): Promise<Trial | null> {
  const isWanted = call.args.flag('try')
  const isSwitched = edits.some(switchesToken) && (isWanted || !call.args.flag('dry-run'))
  if (!isWanted && !isSwitched) return null
  const { editing } = services
  const preview = unpack(await editing.preview(edits, call.args.globals.environment, null, call.signal))
  const blocking = preview.problems.find(({ blocks }) => blocks)
  if (blocking !== undefined) throw new Refusal(blocking)
  const { contexts: switched, held } = isSwitched
    ? await triedSwitches(call, services, edits)
    : { contexts: [], held: [] }
  const others = isWanted ? await triedMoves(call, services, edits, preview, switched) : []
  const found = [...switched.map(movedBySwitch), ...others]
  const checks = others.flatMap(({ check }) => check ?? [])
  const heldStatus = held.some(({ acts }) => acts === 'as another') ? 1 : 3
  const tried = held.length === 0 ? statusOf(checks, false) : heldStatus
  const status = call.signal.aborted ? 130 : tried
  const isNothing = status === 130 || (isWanted && status !== 0)
  return {
    status,
    edits: isNothing ? [] : withoutHeld(edits, held),
    held,
    json: { tried: found.map(json) },
    text: () => text(call, found),
  }
}

/** How the terminal tries: the user typed what would be written; whether a program may run is asked by whoami alone. */
const asTyped: Pick<TryRequest, 'run' | 'consent' | 'commands'> = {
  run: 'try',
  consent: async () => ok(true),
  commands: async () => ({ contexts: [], ask: async () => ok({ refused: 0 }) }),
}

/** The contexts whose tokens Ekscope would make, each checked by both. */
async function triedSwitches(call: CommandCall, services: Services, edits: readonly AnyEdit[]) {
  const line = drawnOver(call.terminal, 80)
  let done = 0
  const found = await trySwitches(
    services,
    edits,
    call.args.globals.environment,
    {
      ...asTyped,
      onProgress({ kind }) {
        if (kind !== 'checked') return
        done += 1
        line.show(`by aws and by Ekscope: ${plural(done, 'check')} made`)
      },
    },
    call.signal,
  )
  await line.end()
  return orThrow(found)
}

const movedBySwitch = ({ id, before, after }: SwitchedContext): Moved => ({
  name: partsOfId(id)?.name ?? '',
  before: before?.proven?.arn ?? null,
  check: after,
  problem: shownProblem((before?.proven ? after : before)?.problem ?? null),
})

/** Checks every other context that these edits make another one, as they would make it. */
async function triedMoves(
  call: CommandCall,
  { editing, identities, trying, checker }: Services,
  edits: readonly AnyEdit[],
  preview: Preview,
  done: readonly SwitchedContext[],
): Promise<readonly Moved[]> {
  const { environment } = call.args.globals
  const firstOf = new Map(preview.renamed.map(({ id, now }) => [now, id]))
  const known = await identities.of(environment)
  const were = new Map(known.contexts.map((one) => [one.context, one]))
  const set = orThrow(await editing.changeSet(edits))
  const about = new Set([
    ...set.edits.flatMap(contextsOf),
    ...preview.alsoChanges.map(({ context }) => context),
    ...(set.profiles?.naming.map(({ id }) => id) ?? []),
  ])
  const said = ({ intended, predicted }: ContextIdentity) => JSON.stringify([intended, predicted])
  const tried = new Set(done.map(({ id }) => id))
  // The fingerprint of a context whose command is not aws changes with every change of the AWS files. That alone does
  // not mean that it acts as another.
  const moved = preview.identities.flatMap((is) => {
    const id = firstOf.get(is.context) ?? is.context
    const was = were.get(id)
    if (was?.fingerprint === is.fingerprint || tried.has(id)) return []
    return was === undefined || about.has(id) || said(was) !== said(is) ? [{ id, now: is.context }] : []
  })
  const checks = new Map<EntryId, Check>()
  const line = drawnOver(call.terminal, 80)
  if (moved.length > 0) {
    line.show(`trying ${plural(moved.length, 'context')}`)
    const answer = await trying.run(
      {
        ...asTyped,
        edits,
        contexts: moved.map(({ id }) => id),
        environment,
        onProgress(progress) {
          if (progress.kind !== 'checked') return
          checks.set(progress.check.context, progress.check)
          line.show(`tried ${checks.size} of ${moved.length}`)
        },
      },
      call.signal,
    )
    await line.end()
    orThrow(answer)
  }
  const before = new Map(
    (await checker.kept())
      .filter(
        (one) => one.environment === environment && one.fingerprint === were.get(one.context)?.fingerprint,
      )
      .map((one) => [one.context, one]),
  )
  return moved.map(({ id, now }): Moved => {
    const check = checks.get(id) ?? null
    const problem = check?.problem ?? null
    return {
      name: partsOfId(now)?.name ?? '',
      before: before.get(id)?.proven?.arn ?? null,
      check,
      problem: problem && isNotAllowed(problem) ? { ...problem, next: allowedLater } : shownProblem(problem),
    }
  })
}

const shownProblem = (problem: Problem | null) => problem && inTerminal(problem)

/** No command of the terminal can ask about an entry that is not written yet. */
const allowedLater = 'Write it without --try, then run `ekscope whoami`: that asks about it.'

const json = ({ name, before, check, problem }: Moved) => ({
  context: name,
  before,
  verdict: check?.verdict ?? null,
  intended: check?.intended.arn ?? null,
  proven: check?.proven?.arn ?? null,
  seen: check?.seen?.username ?? null,
  problem: problem && problemJson(problem),
})

function text({ terminal }: CommandCall, found: readonly Moved[]): string {
  if (found.length === 0) return 'No context would act as another, so there was nothing to try.\n'
  const rows = found.map(({ name, before, check }) => [
    name,
    before === null ? 'not checked' : principalText(before),
    check?.proven ? principalText(check.proven.arn) : '',
    check === null ? 'not tried' : { text: check.verdict, tone: toneOf(check.verdict) },
  ])
  const problems = found.flatMap(({ name, problem: said }) =>
    said === null ? [] : [`${visible(name)}: ${visible(said.message)}\n  ${visible(said.next)}\n`],
  )
  return `${table(['CONTEXT', 'ACTS AS', 'WOULD ACT AS', 'TRIED'], rows, terminal)}${problems.join('')}`
}
