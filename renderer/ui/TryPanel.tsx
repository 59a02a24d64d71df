import { FlaskConical } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { mayDoEverything } from '../../shared/audit/context-facts'
import type { Edit } from '../../shared/edits/edit'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Check } from '../../shared/identity/identity'
import {
  type Who,
  whoImpersonated,
  whoIntended,
  whoPredicted,
  whoProven,
} from '../../shared/identity/named-identity'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { PredictedAfterEdits } from '../pending/memory'
import { triedOf } from '../pending/trying'
import { actsOf } from '../rows/proof'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { verdictText } from '../text/page'
import { shortPaths } from '../text/path'
import { Button } from './Button'
import { useApp, useEdits, useModel } from './model'
import { Shown } from './Shown'
import { Tile } from './Tile'
import styles from './TryPanel.module.css'
import { useAnswer, useStill } from './use-answer'
import { VerdictIcon } from './VerdictMark'

const say = editText.tries

/** The identity that a context would act as, by the best known about an unwritten entry. */
export interface ForeseenIdentity {
  readonly who: Who | null
  /** The result of its try; null: none that is current. */
  readonly tried: Check | null
}

/** The result of a context's try with the predicted entry, if it was tried and the result is current. */
function useTriedOf(foreseen: PredictedAfterEdits | null): (context: EntryId) => Check | null {
  const tries = useEdits((state) => state.tried)
  // The clock, which ticks each minute, may be behind a try of this minute.
  const now = useApp((state) => state.now)
  const staleHours = useApp((state) => state.settings.staleHours)
  return (context) =>
    foreseen &&
    triedOf(tries, foreseen.environment, foreseen.identities.get(context) ?? null, context, now, staleHours)
}

/** The identity that this context would act as, by prediction or try. */
export function useWould(foreseen: PredictedAfterEdits | null, context: EntryId): ForeseenIdentity {
  const model = useModel()
  const tried = useTriedOf(foreseen)(context)
  const identity = foreseen?.identities.get(context)
  return { who: identity === undefined ? null : wouldBe(identity, tried, model.owners()), tried }
}

/** The results of tries of these contexts, as far as they are current. */
export function useTried(
  foreseen: PredictedAfterEdits | null,
  contexts: readonly EntryId[],
): readonly Check[] {
  const tried = useTriedOf(foreseen)
  return contexts.flatMap((id) => tried(id) ?? [])
}

function wouldBe(
  identity: ContextIdentity,
  tried: Check | null,
  owners: ReadonlyMap<string, string>,
): Who | null {
  const proven = tried && whoProven(tried)
  if (proven !== null) return proven
  const intended = whoIntended(identity.intended, owners)
  return whoPredicted(identity.predicted, intended, owners) ?? intended
}

/** What is known of a context with unwritten edits. */
interface Trial {
  /** All edits that would be written: pending ones, and those being entered. Null: nothing to ask about yet. */
  readonly edits: readonly Edit[] | null
  /** Its id, as the edits use it. */
  readonly context: EntryId
  readonly foreseen: PredictedAfterEdits | null
  readonly would: ForeseenIdentity
}

/** What is known of this context with these edits; null instead of edits asks nothing. */
export function useTrial(edits: readonly Edit[] | null, context: EntryId): Trial {
  const foreseen = useForeseen(edits)
  return { edits, context, foreseen, would: useWould(foreseen, context) }
}

interface TryPanelProps {
  readonly trial: Trial
  /** The context in the file; null where it is new. */
  readonly was: Row | null
  /** The shortcut that tries, where there is one. */
  readonly keys?: ReactNode
  /** What is wrong and what to do is said beside it: the outcome is one sentence. */
  readonly brief?: boolean
}

/** The identity of a context with unwritten edits: predicted at once, and on a click asked from AWS and the cluster. */
export function TryPanel({ trial, was, keys, brief = false }: TryPanelProps) {
  const { edits, context, foreseen, would } = trial
  const identity = foreseen?.identities.get(context)
  if (edits === null || (foreseen !== null && identity === undefined)) return null
  return (
    <section className={styles.panel} aria-label={say.label} data-wait={foreseen === null || undefined}>
      <Try
        edits={edits}
        context={context}
        tried={would.tried}
        disabled={identity === undefined}
        keys={keys}
        brief={brief}
      >
        {(button) => (
          <div className={styles.line}>
            {identity === undefined ? (
              <span className="faint">…</span>
            ) : (
              <WouldLine identity={identity} would={would} was={was} />
            )}
            {button}
          </div>
        )}
      </Try>
    </section>
  )
}

interface TryHereProps {
  /** All edits that would be written. */
  readonly edits: readonly Edit[]
  readonly context: EntryId
  /** The predicted identity with these edits, where it is known. */
  readonly identity: ContextIdentity | null
}

/** The button that tries a context with edits whose prediction is shown next to it already, and the result. */
export function TryHere({ edits, context, identity }: TryHereProps) {
  const [asked, setAsked] = useState(false)
  const foreseen = useForeseen(asked && identity === null ? edits : null)
  const environment = useApp((state) => state.environment)
  const known = useMemo(
    () =>
      identity === null
        ? foreseen
        : { environment, identities: new Map([[context, identity]]), problems: [], alsoChanges: [] },
    [identity, foreseen, environment, context],
  )
  const { tried } = useWould(known, context)
  return <Try edits={edits} context={context} tried={tried} onTry={() => setAsked(true)} />
}

interface TryProps extends Pick<Trial, 'context'>, Pick<TryPanelProps, 'keys' | 'brief'> {
  readonly edits: readonly Edit[]
  /** The previous result, if any. */
  readonly tried: Check | null
  readonly disabled?: boolean
  readonly onTry?: () => void
  /** Draws the button next to the prediction. */
  readonly children?: (button: ReactNode) => ReactNode
}

/** The button that tries, tries again, and stops a running try; below it the result. */
function Try({ edits, context, tried, keys, brief = false, disabled = false, onTry, children }: TryProps) {
  const model = useModel()
  const running = useEdits((state) => state.trying?.contexts.has(context) ?? false)
  const start = () => {
    onTry?.()
    void model.edits.tryOut(edits, [context])
  }
  const button = running ? (
    <Button small onClick={() => void model.edits.cancelTry()}>
      {say.stop}
    </Button>
  ) : (
    <Button small icon={FlaskConical} title={say.meaning} disabled={disabled} onClick={start}>
      {tried === null ? say.act : say.again}
      {keys}
    </Button>
  )
  return (
    <>
      {children === undefined ? button : children(button)}
      <div aria-live="polite" className={children === undefined ? styles.here : styles.said}>
        {running ? say.running : tried !== null && <TriedLines check={tried} brief={brief} />}
      </div>
    </>
  )
}

/** `Admin → ReadOnly`, with its source. */
export function WouldLine({
  identity,
  would,
  was,
}: {
  readonly identity: ContextIdentity
  readonly would: ForeseenIdentity
  readonly was: Row | null
}) {
  const { who, tried } = would
  const home = useApp((state) => state.app?.home ?? '')
  const before = was === null ? null : (actsOf(was)?.who ?? null)
  const { problem, certain } = identity.predicted
  if (tried === null && problem !== null)
    return (
      <span className={styles.words} data-tone={certain ? 'bad' : 'warn'}>
        <b>{say.none}</b> <Shown text={shortPaths(`${problem.message} ${problem.next}`, home)} />
      </span>
    )
  if (who === null) return <span className="faint">{say.unknown}</span>
  const proven = tried?.proven != null
  const same = before !== null && before.key !== null && before.key === who.key
  return (
    <span className={styles.words}>
      <span className="faint">{say.would}</span>{' '}
      {before !== null && !same && (
        <>
          <Named who={before} quiet /> <span aria-hidden>→</span>{' '}
        </>
      )}
      <Named who={who} quiet={!proven} /> {!proven && <span className="faint">{say.by}</span>}
    </span>
  )
}

function Named({ who, quiet = false }: { readonly who: Who; readonly quiet?: boolean }) {
  return (
    <span className={styles.who} data-quiet={quiet || undefined} title={who.arn ?? undefined}>
      <Tile who={who} />
      <Shown text={who.label} />
    </span>
  )
}

/** What AWS and the cluster said in a try, with the next step where that is bad. */
export function TriedLines({
  check,
  brief = false,
}: Pick<TryPanelProps, 'brief'> & { readonly check: Check }) {
  const { verdict, problem } = check
  const home = useApp((state) => state.app?.home ?? '')
  const everything = mayDoEverything(check)
  return (
    <p className={styles.found} data-verdict={verdict}>
      <VerdictIcon shown={verdict} size={14} />
      <span>
        <span className={styles.tried} title={say.triedMeaning}>
          {say.tried}: {verdictText[verdict]}
        </span>{' '}
        <Shown text={triedSentence(check)} />
        {problem !== null && (
          <>
            {' '}
            <Shown
              text={shortPaths(
                brief ? firstSentence(problem.message) : `${problem.message} ${problem.next}`,
                home,
              )}
            />
          </>
        )}
        {everything !== null && <b className="wrong"> {say.everything(everything)}</b>}
      </span>
    </p>
  )
}

const firstSentence = (text: string): string => /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text

/** The identity in a try; empty where there was none. */
function triedSentence(check: Check): string {
  const proven = whoProven(check)
  if (proven === null) return ''
  const { seen, actsAs, verdict } = check
  if (actsAs !== null) return say.actsAs(whoImpersonated(actsAs).label, proven.label)
  if (verdict === 'mismatch') return ''
  if (seen === null) return say.proven(proven.label)
  const same = seen.username.includes(proven.label)
  return same ? say.acts(proven.label) : say.seenAs(proven.label, seen.username)
}

/** How long edits must stay unchanged before main is asked for their prediction, in milliseconds. */
const settle = 200

/**
 * The prediction for exactly these edits from files and environment; null until it is known, and while they change. Null instead
 * of edits asks nothing. `still`: they are being written, so changes of the files cause no new request.
 */
export function useForeseen(edits: readonly Edit[] | null, still = false): PredictedAfterEdits | null {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const snapshot = useApp((state) => state.snapshot)
  const reports = useApp((state) => state.reports)
  const foreseenAnew = useEdits((state) => state.foreseenAnew)
  // Every render may create the edits again; their text shows whether they changed.
  const text = useMemo(() => JSON.stringify(edits), [edits])
  return useAnswer(
    `${environment} ${text}`,
    edits === null ? null : () => model.edits.foresee(edits),
    useStill([snapshot, reports, foreseenAnew], still),
    settle,
  )
}
