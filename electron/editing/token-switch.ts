/**
 * Letting Ekscope make the tokens of contexts in the place of aws. Window and terminal write that only where AWS proves the same
 * identity by both: each context is tried as the other edits leave it, and as all edits do. What is not proven stays as it is.
 */
import { type AnyEdit, switchesToken } from '../../shared/edits/edit'
import { samePrincipal, uniqueIdOf } from '../../shared/identity/arn'
import type { Check, EnvironmentName, Proven } from '../../shared/identity/identity'
import { shortName } from '../../shared/identity/verdict'
import { unpack } from '../../shared/ipc/packed'
import type { HeldEdits } from '../../shared/ipc/payloads'
import { type EntryId, partsOfId } from '../../shared/kubeconfig/entries'
import { type Fault, fault, ok, type Result, refuse } from '../../shared/result'
import { quoted } from '../../shared/visible'
import type { Services } from './services'
import type { TryRequest } from './try'

/** A context whose token another program would make, with the check of each. Null: it was not checked. */
export interface SwitchedContext {
  readonly id: EntryId
  readonly before: Check | null
  readonly after: Check | null
}

/** What came of trying the switches of a write. */
export interface TriedSwitches {
  readonly contexts: readonly SwitchedContext[]
  /** Switches that must not be written, by the reason. */
  readonly held: readonly HeldSwitches[]
}

type Trial = Pick<TryRequest, 'run' | 'consent' | 'commands' | 'onProgress'>

/** Checks each context whose tokens Ekscope would make, also those that share its entry: first by aws, then by Ekscope. */
export async function trySwitches(
  { editing, trying, kubeconfig }: Pick<Services, 'editing' | 'trying' | 'kubeconfig'>,
  edits: readonly AnyEdit[],
  environment: EnvironmentName,
  { onProgress, ...trial }: Trial,
  signal: AbortSignal,
): Promise<Result<TriedSwitches>> {
  const changedBy = async (by: readonly AnyEdit[]): Promise<readonly EntryId[]> => {
    const { alsoChanges } = unpack(await editing.preview(by, environment, null, signal))
    const sharing = alsoChanges.flatMap(({ through, context }) => (through === 'user' ? [context] : []))
    return [...new Set([...by.flatMap((edit) => switchedBy(edit) ?? []), ...sharing])]
  }
  const contexts = await changedBy(edits)
  const checked = async (by: readonly AnyEdit[]) => {
    const checks = new Map<EntryId, Check>()
    const summary = await trying.run(
      {
        ...trial,
        edits: by,
        contexts,
        environment,
        onProgress(progress) {
          if (progress.kind === 'checked') checks.set(progress.check.context, progress.check)
          onProgress(progress)
        },
      },
      signal,
    )
    return summary.ok ? ok({ checks, left: new Set(summary.value.left) }) : summary
  }
  const before = await checked(edits.filter((edit) => switchedBy(edit) === null))
  if (!before.ok) return before
  const after = await checked(edits)
  if (!after.ok) return after
  if (signal.aborted)
    return refuse('cancelled', 'Cancelled before anything was written.', 'Apply again when ready.')
  // What the edits delete gets no token by anybody.
  const tried = contexts
    .filter((id) => !after.value.left.has(id))
    .map((id) => ({
      id,
      before: before.value.checks.get(id) ?? null,
      after: after.value.checks.get(id) ?? null,
    }))
  const { view } = kubeconfig.store.inView()
  const held = heldSwitches(edits, tried, (id) => view.resolve(id)?.userKey ?? id)
  if (held.length === 0) return ok({ contexts: tried, held })
  // What would still be written must not change a context without proof, by whatever entry.
  const rest = withoutHeld(edits, held)
  const stillChanged = new Set(rest.some(switchesToken) ? await changedBy(rest) : [])
  const unproven = tried.filter((one) => stillChanged.has(one.id) && compareSwitched(one) !== 'same')
  return ok({
    contexts: tried,
    held: unproven.length === 0 ? held : heldSwitches(edits, tried, () => 'any'),
  })
}

const switchedBy = (edit: AnyEdit): EntryId | null =>
  edit.kind === 'set-token-by' && switchesToken(edit) ? edit.context : null

const side = ({ canonicalArn, userId }: Proven) => ({ arn: canonicalArn, uniqueId: uniqueIdOf(userId) })

/** What both checks of a context come to. */
export function compareSwitched({ before, after }: SwitchedContext): 'same' | 'other' | 'unproven' {
  if (!before?.proven || !after?.proven) return 'unproven'
  return samePrincipal(side(before.proven), side(after.proven)) ? 'same' : 'other'
}

/** Switches that are not written, all for one reason: a context would act as another identity, or nothing proves that it would not. */
export interface HeldSwitches extends HeldEdits {
  readonly acts: 'as another' | 'unproven'
}

/** A list with one item for each edit, without the items of the held switches. */
export function withoutHeld<T>(all: readonly T[], held: readonly HeldSwitches[]): readonly T[] {
  const places = new Set(held.flatMap(({ edits }) => edits))
  return all.filter((_, at) => !places.has(at))
}

/** Why a context keeps its token. */
interface Reason extends Pick<HeldSwitches, 'acts' | 'next'> {
  /** With the names of all for which it is so. */
  readonly said: (names: string, isOne: boolean) => string
}

function reasonOf(one: SwitchedContext): Reason {
  if (compareSwitched(one) === 'other') {
    const [now, then] = [one.before, one.after].map((check) => shortName(check?.proven?.arn ?? ''))
    return {
      acts: 'as another',
      said: (names, isOne) =>
        `${names} ${isOne ? 'acts' : 'act'} as ${now}, and would act as ${then} by a token of Ekscope’s.`,
      next: 'Say in an issue what the command and the profile look like.',
    }
  }
  const problem = (one.before?.proven ? one.after : one.before)?.problem
  return {
    acts: 'unproven',
    said: (names, isOne) =>
      `It is not proven that ${names} would act as ${isOne ? 'it does' : 'they do'} now: ${problem?.message ?? 'it was not tried to the end.'}`,
    next: problem?.next ?? 'Try again.',
  }
}

/** How many names a sentence lists before it counts the rest. */
const mostListed = 12

function listed(ids: ReadonlySet<EntryId>): string {
  const names = [...ids].map((id) => quoted(partsOfId(id)?.name ?? ''))
  const more = names.length - mostListed
  return more > 0 ? `${names.slice(0, mostListed).join(', ')} and ${more} more` : names.join(', ')
}

/**
 * Holds the switches of contexts that are not proven to act as they do now, and of those that change together with one of these.
 * `groupOf`: what contexts have alike that change together.
 */
function heldSwitches(
  edits: readonly AnyEdit[],
  tried: readonly SwitchedContext[],
  groupOf: (id: EntryId) => number | string,
): readonly HeldSwitches[] {
  const bad = tried.filter((one) => compareSwitched(one) !== 'same')
  const byId = new Map(bad.map((one) => [one.id, one]))
  const byGroup = new Map(bad.map((one) => [groupOf(one.id), one]))
  const groups = new Map<string, { reason: Reason; edits: number[]; bad: Set<EntryId>; with: Set<EntryId> }>()
  for (const [at, edit] of edits.entries()) {
    const id = switchedBy(edit)
    const because = id && (byId.get(id) ?? byGroup.get(groupOf(id)))
    if (!because) continue
    const reason = reasonOf(because)
    const key = reason.said('', true) + reason.next
    const group = groups.get(key) ?? { reason, edits: [], bad: new Set(), with: new Set() }
    groups.set(key, group)
    group.edits.push(at)
    group.bad.add(because.id)
    if (id !== because.id) group.with.add(id)
  }
  return [...groups.values()].map(({ reason: { acts, said, next }, ...group }) => {
    const along =
      group.with.size === 0 ? '' : ` With it stays ${listed(group.with)}, whose change would reach it.`
    return {
      edits: group.edits,
      acts,
      message: `${said(listed(group.bad), group.bad.size === 1)}${along}`,
      next,
    }
  })
}

/** How many reasons a refusal gives. */
const mostReasons = 3

/** Why nothing was written at all. */
export function switchRefusal(held: readonly HeldSwitches[]): Fault {
  const reasons = held.slice(0, mostReasons).map(({ message }) => message)
  const more = held.length - reasons.length
  const others = more > 0 ? [`There ${more === 1 ? 'is 1 more reason' : `are ${more} more reasons`}.`] : []
  const next = held[0]?.next ?? 'Try again.'
  return fault('not-allowed', ['Nothing was written.', ...reasons, ...others].join(' '), next)
}
