/** `--try` of commands that write: who acts before and after, as a check of what would be written, before a byte of it is. */
import type { AnyEdit } from '../../shared/edits/edit'
import { contextsOf } from '../../shared/edits/kinds'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { type Check, isNotAllowed } from '../../shared/identity/identity'
import { unpack } from '../../shared/ipc/packed'
import { type EntryId, partsOfId } from '../../shared/kubeconfig/entries'
import { ok } from '../../shared/result'
import { visible } from '../../shared/visible'
import { inTerminal, problemJson } from '../report/row-json'
import type { CommandCall, ExitStatus, Services } from './command'
import { orThrow, Refusal } from './command'
import { counted, drawnOver, principal, table, toneOf } from './output'
import { checkAll, statusOf } from './whoami'

/** Help of the option. */
export const tryHelp = {
  '--try':
    'first prove who would act: what is read of contexts and AWS files is what would be written; it is, if each is whom its entry means, else exit status 1',
}

interface Moved {
  readonly name: string
  /** The ARN that its last check proved, where that check still holds; else null. */
  readonly before: string | null
  readonly check: Check | null
  /** Of the entry as it is, made for this. */
  readonly now: Check | null
}

export type Trial = Awaited<ReturnType<typeof tryOut>>

/**
 * Checks every context that these edits make another one as they would make it. `same`: as they are, too, and nobody may be another
 * afterwards, whomever the entry means.
 */
export async function tryOut(call: CommandCall, services: Services, edits: readonly AnyEdit[], same = false) {
  const { environment } = call.args.globals
  const { editing, identities, trying, checker } = services
  const preview = unpack(await editing.preview(edits, environment, null, call.signal))
  const blocking = preview.problems.find(({ blocks }) => blocks)
  if (blocking !== undefined) throw new Refusal(blocking)
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
  // The fingerprint of a context whose command is not aws changes with every change of the AWS files. That alone does
  // not mean that it acts as another.
  const moved = preview.identities.flatMap((is) => {
    const id = firstOf.get(is.context) ?? is.context
    const was = were.get(id)
    if (was?.fingerprint === is.fingerprint) return []
    return was === undefined || about.has(id) || said(was) !== said(is) ? [{ id, now: is.context }] : []
  })
  const ids = new Set(moved.map(({ id }) => id))
  const snapshot = services.kubeconfig.store.snapshot()
  const is = same
    ? await checkAll(
        call,
        services,
        snapshot.contexts.filter(({ id }) => ids.has(id)),
      )
    : new Map<EntryId, Check>()
  const checks = new Map<EntryId, Check>()
  const line = drawnOver(call.terminal, 80)
  if (moved.length > 0) {
    line.show(`trying ${counted(moved.length, 'context')}`)
    const answer = await trying.run(
      {
        run: 'try',
        edits,
        contexts: moved.map(({ id }) => id),
        environment,
        // The user typed what would be written; whether a program may run is asked by whoami alone.
        consent: async () => ok(true),
        commands: async () => ({ contexts: [], ask: async () => ok({ refused: 0 }) }),
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
  const kept = new Map(
    (await checker.kept())
      .filter(
        (one) => one.environment === environment && one.fingerprint === were.get(one.context)?.fingerprint,
      )
      .map((one) => [one.context, one]),
  )
  const found = moved.map(
    ({ id, now }): Moved => ({
      name: partsOfId(now)?.name ?? '',
      before: (is.get(id) ?? kept.get(id))?.proven?.arn ?? null,
      check: checks.get(id) ?? null,
      now: is.get(id) ?? null,
    }),
  )
  const all = found.flatMap(({ check }) => check ?? [])
  const status: ExitStatus = call.signal.aborted ? 130 : same ? sameIn(found) : statusOf(all, false)
  return { status, json: { tried: found.map(json) }, text: () => text(call, found) }
}

/** Whether everybody is proven to stay who it is: 1 where somebody would be another, 3 where that is not proven. */
function sameIn(found: readonly Moved[]): ExitStatus {
  const proven = found.map(({ now, check }) => [now?.proven ?? null, check?.proven ?? null] as const)
  if (proven.some(([was, is]) => was && is && was.canonicalArn !== is.canonicalArn)) return 1
  return proven.every(([was, is]) => was && is) ? 0 : 3
}

/** No command of the terminal can ask about an entry that is not written yet. */
const problemOf = (check: Check | null) =>
  check?.problem
    ? isNotAllowed(check.problem)
      ? { ...check.problem, next: 'Write it without --try, then run `ekscope whoami`: that asks about it.' }
      : inTerminal(check.problem)
    : null

const problemIn = (check: Check | null) => {
  const problem = problemOf(check)
  return problem && problemJson(problem)
}

const json = ({ name, before, check }: Moved) => ({
  context: name,
  before,
  verdict: check?.verdict ?? null,
  intended: check?.intended.arn ?? null,
  proven: check?.proven?.arn ?? null,
  seen: check?.seen?.username ?? null,
  problem: problemIn(check),
})

function text({ terminal }: CommandCall, found: readonly Moved[]): string {
  if (found.length === 0) return 'No context would act as another, so there was nothing to try.\n'
  const rows = found.map(({ name, before, check }) => [
    name,
    before === null ? 'not checked' : principal(before),
    check?.proven ? principal(check.proven.arn) : '',
    check === null ? 'not tried' : { text: check.verdict, tone: toneOf(check.verdict) },
  ])
  const problems = found.flatMap(({ name, check, now }) => {
    const said = problemOf(now !== null && now.proven === null ? now : check)
    return said === null ? [] : [`${visible(name)}: ${visible(said.message)}\n  ${visible(said.next)}\n`]
  })
  return `${table(['CONTEXT', 'ACTS AS', 'WOULD ACT AS', 'TRIED'], rows, terminal)}${problems.join('')}`
}
