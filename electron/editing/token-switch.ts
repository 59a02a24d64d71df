/**
 * Letting Ekscope make the tokens of contexts in the place of aws. Window and terminal write that only where AWS proves the same
 * identity by both: each context is tried as the other edits leave it, and as all edits do.
 */
import { type AnyEdit, switchesToken } from '../../shared/edits/edit'
import { samePrincipal, uniqueIdOf } from '../../shared/identity/arn'
import type { Check, EnvironmentName, Proven } from '../../shared/identity/identity'
import { shortName } from '../../shared/identity/verdict'
import { unpack } from '../../shared/ipc/packed'
import { type EntryId, partsOfId } from '../../shared/kubeconfig/entries'
import { type Fault, fault, ok, type Result } from '../../shared/result'
import { quoted } from '../../shared/visible'
import type { Services } from './services'
import type { TryRequest } from './try'

/** A context whose token another program would make, with the check of each. Null: it was not checked. */
export interface SwitchedContext {
  readonly id: EntryId
  readonly before: Check | null
  readonly after: Check | null
}

type Trial = Pick<TryRequest, 'run' | 'consent' | 'commands' | 'onProgress'>

/** Checks each context whose tokens Ekscope would make, also those that share its entry: first by aws, then by Ekscope. */
export async function trySwitch(
  { editing, trying }: Pick<Services, 'editing' | 'trying'>,
  edits: readonly AnyEdit[],
  environment: EnvironmentName,
  { onProgress, ...trial }: Trial,
  signal: AbortSignal,
): Promise<Result<readonly SwitchedContext[]>> {
  const own = edits.flatMap((edit) =>
    edit.kind === 'set-token-by' && switchesToken(edit) ? [edit.context] : [],
  )
  const { alsoChanges } = unpack(await editing.preview(edits, environment, null, signal))
  const sharing = alsoChanges.flatMap(({ through, context }) => (through === 'user' ? [context] : []))
  const contexts = [...new Set([...own, ...sharing])]
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
  const before = await checked(edits.filter((edit) => !switchesToken(edit)))
  if (!before.ok) return before
  const after = await checked(edits)
  if (!after.ok) return after
  // What the edits delete gets no token by anybody.
  const stay = contexts.filter((id) => !after.value.left.has(id))
  return ok(
    stay.map((id) => ({
      id,
      before: before.value.checks.get(id) ?? null,
      after: after.value.checks.get(id) ?? null,
    })),
  )
}

const side = ({ canonicalArn, userId }: Proven) => ({ arn: canonicalArn, uniqueId: uniqueIdOf(userId) })

/** What both checks of a context come to. */
export function compareSwitched({ before, after }: SwitchedContext): 'same' | 'other' | 'unproven' {
  if (!before?.proven || !after?.proven) return 'unproven'
  return samePrincipal(side(before.proven), side(after.proven)) ? 'same' : 'other'
}

/** How many names a sentence lists before it counts the rest. */
const mostListed = 12
const listed = (names: readonly string[]): string =>
  names.length > mostListed
    ? `${names.slice(0, mostListed).join(', ')} and ${names.length - mostListed} more`
    : names.join(', ')

/** Why these must not be written: a context would act as somebody else, or that it would not is not proven. Null: they may. */
export function switchRefusal(found: readonly SwitchedContext[]): Fault | null {
  const other = found.filter((one) => compareSwitched(one) === 'other')
  const wrong = other.length > 0 ? other : found.filter((one) => compareSwitched(one) === 'unproven')
  const [first] = wrong
  if (first === undefined) return null
  const [name = '', ...names] = wrong.map(({ id }) => quoted(partsOfId(id)?.name ?? ''))
  const others = names.length === 0 ? '' : ` The same is so of ${listed(names)}.`
  if (other.length > 0)
    return fault(
      'not-allowed',
      `Nothing was written: ${name} acts as ${shortName(first.before?.proven?.arn ?? '')}, and would act as ${shortName(first.after?.proven?.arn ?? '')} by a token of Ekscope’s.${others}`,
      'Take it out of this write, and say in an issue what its command and profile look like.',
    )
  const failed = first.before?.proven ? first.after : first.before
  return fault(
    'not-allowed',
    `Nothing was written, because it is not proven that ${name} would act as it does now: ${failed?.problem?.message ?? 'it was not tried to the end.'}${others}`,
    `${failed?.problem?.next ?? 'Try again.'} Or take ${names.length === 0 ? 'it' : 'them'} out of this write.`,
  )
}
