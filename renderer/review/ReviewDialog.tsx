import {
  ArrowRight,
  CircleAlert,
  FlaskConical,
  GitCompareArrows,
  PencilLine,
  ShieldCheck,
  Split,
  TriangleAlert,
  X,
} from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import type { EditDescription } from '../../shared/edits/describe'
import { type Edit, type EditProblem, switchesToken } from '../../shared/edits/edit'
import type { Obstacle } from '../../shared/edits/obstacle'
import type { Plan } from '../../shared/edits/plan'
import { principalName } from '../../shared/identity/named-identity'
import type { Pending } from '../../shared/ipc/stored-edits'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { type EditEffect, effectsOf } from '../pending/effects'
import { editsOf, type PredictedAfterEdits } from '../pending/memory'
import { descriptionsOf, makerOf } from '../pending/titles'
import { tally } from '../rows/columns'
import { verifyWritten } from '../store/verifying'
import { compareText } from '../text/compare-texts'
import { editText } from '../text/edits'
import { text as page } from '../text/page'
import { review } from '../text/review-texts'
import { Button } from '../ui/Button'
import { Differences, useBeforeAndAfter } from '../ui/Differences'
import { Keys } from '../ui/Keys'
import { useApp, useEdits, useModel, useRow } from '../ui/model'
import { Near, NearView } from '../ui/Near'
import { Named, Naming, Shown } from '../ui/Shown'
import { TriedLines, useForeseen, useTried, useWould, WouldLine } from '../ui/TryPanel'
import { useAnswer, useStill } from '../ui/use-answer'
import { Window } from '../ui/Window'
import { DiffView, type PointedAt } from './DiffView'
import { AlsoChange, Conflicts, CurrentContext, Problems } from './Notes'
import styles from './Review.module.css'
import { useTouched } from './use-touched'
import { useWrite } from './use-write'

/** How many edits are listed one by one; more are counted. */
const listed = 300
/** How many edits are in full view; more scroll. */
const inFull = 7
/** Up to this many are drawn at once; of more those that are near to what is seen. */
const drawnAtOnce = 40

interface ReviewDialogProps {
  /** What stood in the way of the write that led here. */
  readonly obstacles?: readonly Obstacle[] | undefined
}

/** Every pending edit with a tick, then exactly the lines that would change on disk. */
export function ReviewDialog({ obstacles }: ReviewDialogProps) {
  const model = useModel()
  const applying = useEdits((state) => state.applying)
  const conflicts = useEdits((state) => state.conflicts.length)
  const [out, setOut] = useState<ReadonlySet<number>>(new Set())
  const [pointed, setPointed] = useState<PointedAt | null>(null)
  const reviewed = useReviewed(out, applying !== null)
  const { pending, ticked, written, foreseen, touched, answer, plan } = reviewed
  /** Contexts change that no edit names, or lose their profile: only with a word of its own. */
  const others =
    plan !== null &&
    (plan.alsoChanges.length > 0 ||
      plan.problems.some(({ code, blocks }) => code === 'still-used' && !blocks))
  /** A check can show what the write did: then that is the way that leads. Until it is known nothing changes its place or look. */
  const verifies = touched === null || touched.verify.length > 0
  const [compares, setCompares] = useState(false)
  const compared = useBeforeAndAfter(compares ? written : null)
  /** Of what is written now: asked for before, because names and what is pending are others afterwards. */
  const going = useRef<{ readonly contexts: readonly EntryId[]; readonly left: number }>({
    contexts: [],
    left: 0,
  })
  const write = useWrite({
    obstacles,
    ready: plan !== null && !plan.blocked && plan.files.length > 0 && conflicts === 0,
    write(permitted) {
      const nameOf = model.edits.idsOnceWritten(ticked)
      going.current = { contexts: (touched?.verify ?? none).map(nameOf), left: pending.length - ticked.size }
      return model.edits.apply({
        ids: ticked,
        revisions: plan?.revisions ?? [],
        sharedAllowed: others,
        ...permitted,
      })
    },
    onLeave: () => model.edits.open(null),
    onDone(verify, rest) {
      const { contexts, left } = going.current
      if (!rest) model.edits.open(null)
      if (verify) void verifyWritten(model.checking, contexts, left)
    },
  })
  return (
    <Window
      {...write.frame}
      title={review.title(ticked.size)}
      lead={plan === null ? review.planning : review.lead(plan.files.length, others)}
      leading={
        <Button
          disabled={write.writing}
          onClick={() => {
            model.edits.discardAll()
            model.edits.open(null)
          }}
        >
          {review.discard}
        </Button>
      }
      acts={
        <>
          {write.button(
            others ? review.applyAlso : out.size > 0 ? review.applySome(ticked.size) : review.apply,
            !verifies,
          )}
          <Button
            kind={verifies && !write.refused ? 'primary' : 'outline'}
            disabled={!write.able || touched === null}
            title={review.applyVerifyMeaning(touched?.verify.length ?? 0)}
            onClick={() => write.run(true)}
          >
            {review.applyVerify}
            <Keys shortcut="Mod+Shift+Enter" />
          </Button>
        </>
      }
    >
      <div className={`dialog-body ${styles.body}`}>
        {/* First, because what is foreseen comes later and would move it from under the pointer. */}
        {write.trouble}
        {touched !== null ? (
          <Identities
            edits={written}
            foreseen={foreseen}
            changing={touched.changing}
            compares={compares}
            onCompare={() => setCompares(!compares)}
          />
        ) : (
          // It has its place before: else it would move the buttons below from under the pointer.
          written.length > 0 && <div className={styles.identities} />
        )}
        {compares && written.length > 0 && (
          <section className={styles.compared} aria-label={compareText.before} aria-live="polite">
            <Differences compared={compared} />
          </section>
        )}
        <EditList
          reviewed={reviewed}
          onLines={(to) => setPointed((before) => ({ ...to, turn: (before?.turn ?? 0) + 1 }))}
          onTick={(id, tick) => {
            const next = new Set(out)
            if (tick) next.delete(id)
            else next.add(id)
            setOut(next)
          }}
        />
        <Conflicts count={conflicts} />
        {answer?.ok === false && <Problems title={review.blocked} tone="bad" problems={[answer.fault]} />}
        {plan !== null && (
          <Planned reviewed={reviewed} plan={plan} pointed={pointed} refused={write.refused} />
        )}
      </div>
    </Window>
  )
}

type Reviewed = ReturnType<typeof useReviewed>

/**
 * The pending edits, with what is known of those that are ticked. `out`: the ones without a tick; `held`: files that change
 * meanwhile, by the write itself, are not shown.
 */
function useReviewed(out: ReadonlySet<number>, held: boolean) {
  const model = useModel()
  const pending = useEdits((state) => state.pending)
  const files = useApp((state) => state.snapshot)
  const snapshot = useStill(files, held)
  const said = useMemo(
    () => (snapshot === null || pending.length === 0 ? [] : descriptionsOf(snapshot, editsOf(pending))),
    [snapshot, pending],
  )
  const chosen = useMemo(() => {
    const planned = pending.flatMap(({ id }, at) => (out.has(id) ? [] : [{ id, at }]))
    const written = editsOf(pending.filter(({ id }) => !out.has(id)))
    return { planned, written, ticked: new Set(planned.map(({ id }) => id)) }
  }, [pending, out])
  const { planned, written, ticked } = chosen
  const effects = useMemo(() => {
    const ids = planned.flatMap(({ id, at }) => (at < listed ? [id] : []))
    const all = snapshot === null || ids.length === 0 ? [] : effectsOf(snapshot, written, ids.length)
    return new Map(ids.flatMap((id, at) => (all[at] === undefined ? [] : [[id, all[at]] as const])))
  }, [snapshot, written, planned])
  const foreseen = useForeseen(written.length === 0 ? null : written, held)
  const touched = useTouched(foreseen, written, pending, effects)
  // What AWS files say may be another, too.
  const anew = useEdits((state) => state.foreseenAnew)
  // The plan is asked anew for other ticks, edits or files; an answer to an older question is dropped. Where the files alone changed,
  // what is shown stays until the new answer is there: main writes nothing but the shown plan, and refuses it where it no longer holds.
  const answer = useAnswer(ticked, () => model.edits.plan(ticked), [snapshot, anew])
  const plan = answer?.ok ? answer.value : null
  /** The edit that a problem is about: the plan counts the ticked ones only. */
  const editOf = ({ edit }: EditProblem) => (edit === null ? undefined : planned[edit])
  return { snapshot, pending, said, ...chosen, effects, foreseen, touched, answer, plan, editOf }
}

/** The change that makes what the one at this place is about, where it has no tick. */
function makerWithoutTick({ snapshot, pending, said, ticked }: Reviewed, place: number): string | null {
  const at = snapshot && makerOf(snapshot, editsOf(pending), place)
  const maker = at === null ? undefined : pending[at]
  const words = at === null ? undefined : said[at]
  return !maker || !words || ticked.has(maker.id) ? null : `${words.subject} ${words.what}`
}

interface EditListProps {
  readonly reviewed: Reviewed
  /** Shows the lines of an edit. */
  readonly onLines: (to: Pick<PointedAt, 'path' | 'entries'>) => void
  readonly onTick: (id: number, tick: boolean) => void
}

function EditList({ reviewed, onLines, onTick }: EditListProps) {
  const { pending, said, ticked, effects, foreseen, touched, plan, editOf } = reviewed
  const list = useRef<HTMLUListElement>(null)
  const marks = new Map<number, 'bad' | 'warn'>()
  for (const problem of plan?.problems ?? []) {
    const id = editOf(problem)?.id
    if (id !== undefined && marks.get(id) !== 'bad') marks.set(id, problem.blocks ? 'bad' : 'warn')
  }
  const lines = pending.slice(0, listed).map((one, at) => (
    <li key={one.id}>
      <Near estimate={32}>
        {() => (
          <EditLine
            pending={one}
            said={said[at]}
            ticked={ticked.has(one.id)}
            problem={marks.get(one.id) ?? null}
            effect={effects.get(one.id) ?? null}
            foreseen={foreseen}
            changing={touched?.shownAt.get(one.id) ?? none}
            onLines={linesOf(plan, effects.get(one.id), onLines)}
            onTick={(tick) => onTick(one.id, tick)}
          />
        )}
      </Near>
    </li>
  ))
  return (
    <>
      <ul
        ref={list}
        className={styles.edits}
        data-long={pending.length > inFull || undefined}
        aria-label={review.edits}
      >
        {pending.length > drawnAtOnce ? <NearView within={list}>{lines}</NearView> : lines}
      </ul>
      {pending.length > listed && (
        <p className="body above-8">+ {editText.changes(pending.length - listed)}</p>
      )}
    </>
  )
}

interface PlannedProps {
  readonly reviewed: Reviewed
  readonly plan: Plan
  readonly pointed: PointedAt | null
  /** Something is in the way of the write. */
  readonly refused: boolean
}

/** What the plan finds, and the lines that it would write. */
function Planned({ reviewed, plan, pointed, refused }: PlannedProps) {
  const { pending, said, ticked, editOf } = reviewed
  const problems = plan.problems.map((problem) => {
    const { at } = editOf(problem) ?? {}
    const subject = at === undefined ? null : (said[at]?.subject ?? null)
    const needed =
      problem.code === 'no-such-entry' && at !== undefined ? makerWithoutTick(reviewed, at) : null
    return needed === null
      ? { ...problem, subject }
      : { ...problem, subject, message: review.needs(withNames(needed)), next: review.needsNext }
  })
  return (
    <>
      <Problems title={review.blocked} tone="bad" problems={problems.filter(({ blocks }) => blocks)} />
      <Problems title={review.doubtful} tone="warn" problems={problems.filter(({ blocks }) => !blocks)} />
      <AlsoChange also={plan.alsoChanges} ticked={ticked} />
      <CurrentContext change={plan.currentContext} />
      {plan.files.map((change) => (
        <DiffView key={change.path} change={change} pointed={pointed} />
      ))}
      {plan.files.length > 0 && !plan.blocked && !refused && (
        <p className={styles.promise}>
          <ShieldCheck size={15} aria-hidden />
          {pending.some(({ id, edit }) => ticked.has(id) && switchesToken(edit)) && `${review.provesFirst} `}
          {review.promise}
        </p>
      )}
      {ticked.size === 0 && <p className="body above-8">{review.nothingTicked}</p>}
    </>
  )
}

const none: readonly EntryId[] = []

type PlanFile = Plan['files'][number]
type Lines = NonNullable<PlanFile['entries']>

/** By kind and name, the lines of entries in each file of a plan: every edit that is shown asks for some of ten thousand. */
const linesByEntry = new WeakMap<PlanFile, ReadonlyMap<string, Lines>>()

function entriesOf(file: PlanFile): ReadonlyMap<string, Lines> {
  const known = linesByEntry.get(file)
  if (known !== undefined) return known
  const found = new Map<string, Lines[number][]>()
  for (const entry of file.entries ?? []) {
    const key = `${entry.kind} ${entry.name}`
    const same = found.get(key)
    if (same) same.push(entry)
    else found.set(key, [entry])
  }
  linesByEntry.set(file, found)
  return found
}

/** Shows the lines of what an edit makes; null where no line of the plan is known to be of it. */
function linesOf(
  plan: Plan | null,
  effect: EditEffect | undefined,
  point: (to: Pick<PointedAt, 'path' | 'entries'>) => void,
): (() => void) | null {
  if (plan === null || effect === undefined) return null
  const wanted = new Set(effect.entries.map(({ kind, name }) => `${kind} ${name}`))
  for (const file of plan.files) {
    const of = entriesOf(file)
    const found = [...wanted].flatMap((key) => of.get(key) ?? [])
    if (found.length > 0) return () => point({ path: file.path, entries: found })
  }
  return null
}

interface IdentitiesProps {
  readonly edits: readonly Edit[]
  readonly foreseen: PredictedAfterEdits | null
  readonly changing: readonly EntryId[]
  /** Who acts before and after is shown below. */
  readonly compares: boolean
  readonly onCompare: () => void
}

/** How many identities change, and the way to ask AWS and the clusters who these would be. */
function Identities({ edits, foreseen, changing, compares, onCompare }: IdentitiesProps) {
  const model = useModel()
  const trying = useEdits((state) => state.trying)
  const tried = useTried(foreseen, changing)
  if (edits.length === 0) return null
  return (
    <div className={styles.identities}>
      <p className="fill">
        {changing.length === 0 ? review.identityStays : review.identityChanges(changing.length)}{' '}
        <span aria-live="polite">
          {tried.length > 0 &&
            review.tried(tried.length, changing.length, tally(tried.map(({ verdict }) => verdict)))}
        </span>
      </p>
      <Button
        small
        icon={GitCompareArrows}
        title={compareText.beforeMeaning}
        aria-expanded={compares}
        onClick={onCompare}
      >
        {compareText.before}
      </Button>
      {trying !== null ? (
        <Button small onClick={() => void model.edits.cancelTry()}>
          {page.stop(trying.done, trying.contexts.size)}
        </Button>
      ) : (
        changing.length > 0 && (
          <Button
            small
            icon={FlaskConical}
            title={review.tryMeaning}
            onClick={() => void model.edits.tryOut(edits, changing)}
          >
            {tried.length === changing.length ? editText.tries.again : review.tryAll(changing.length)}
          </Button>
        )
      )}
    </div>
  )
}

interface EditLineProps {
  readonly pending: Pending
  readonly said: EditDescription | undefined
  readonly ticked: boolean
  /** The plan finds something in it. */
  readonly problem: 'bad' | 'warn' | null
  readonly effect: EditEffect | null
  readonly foreseen: PredictedAfterEdits | null
  /** Contexts whose identity may change, shown at this edit. */
  readonly changing: readonly EntryId[]
  /** Shows its lines; null where there are none. */
  readonly onLines: (() => void) | null
  readonly onTick: (tick: boolean) => void
}

/** Roles are known by their names; the whole ARN is in the diff. */
const short = (edit: Edit, value: string): string => (edit.kind === 'set-role' ? principalName(value) : value)

const withNames = (what: string): string =>
  what.replaceAll(/arn:[\w:-]+:role\/\S+/g, (arn) => principalName(arn))

function EditLine(props: EditLineProps) {
  const { pending, said, ticked, problem, effect, foreseen, changing, onLines, onTick } = props
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  if (said === undefined) return null
  const { edit } = pending
  const { subject, what, was, now } = said
  const Icon = problem === null ? PencilLine : problem === 'bad' ? CircleAlert : TriangleAlert
  const plain = withNames(home === '' ? what : what.replace(home, '~'))
  return (
    <div className={styles.edit} data-problem={problem ?? undefined}>
      <div className="fill">
        <label className={styles.label}>
          <input type="checkbox" checked={ticked} onChange={(event) => onTick(event.target.checked)} />
          <Icon size={14} className={problem === null ? '' : styles[problem]} aria-hidden />
          <span className={styles.words}>
            <Named as="b" name={subject} where /> <Shown text={plain} />
            {(was !== null || now !== null) && (
              <>
                {/* A name that is another now is there already. */}
                {was !== subject && (
                  <>
                    {' '}
                    <Named name={was === null ? editText.none : short(edit, was)} />
                  </>
                )}{' '}
                <ArrowRight size={13} aria-hidden />
                <span className="visually-hidden">→</span>{' '}
                <Named name={now === null ? editText.none : short(edit, now)} />
              </>
            )}
          </span>
        </label>
        {effect?.splits.map(({ kind, name, from }) => (
          <p key={`${kind} ${name}`} className={styles.split}>
            <Split size={13} aria-hidden />
            <Naming as="span" text={review.splits(kind, name, from)} where={false} />
          </p>
        ))}
        {changing.slice(0, inFull).map((id) => (
          <IdentityLine key={id} context={id} foreseen={foreseen} alone={changing.length === 1} />
        ))}
      </div>
      {onLines !== null && (
        <Button small kind="plain" label={review.showLines(`${subject} ${what}`)} onClick={onLines}>
          {review.lines}
        </Button>
      )}
      <Button
        small
        kind="plain"
        icon={X}
        label={review.remove(`${subject} ${what}`)}
        onClick={() => model.edits.drop(new Set([pending.id]))}
      />
    </div>
  )
}

interface IdentityLineProps {
  readonly context: EntryId
  readonly foreseen: PredictedAfterEdits | null
  /** The edit is about this context alone: its name is above. */
  readonly alone: boolean
}

/** The identity of a context before and after, and what a try found out. */
function IdentityLine({ context, foreseen, alone }: IdentityLineProps) {
  const row = useRow(context)
  const would = useWould(foreseen, context)
  const running = useEdits((state) => state.trying?.contexts.has(context) ?? false)
  const identity = foreseen?.identities.get(context)
  if (identity === undefined) return null
  const was = row?.pending?.was ?? (row?.pending?.kind === 'added' ? null : (row ?? null))
  return (
    <div className={styles.besides}>
      {!alone && <Named as="b" name={row?.name ?? ''} where />}
      <WouldLine identity={identity} would={would} was={was} />
      {running ? editText.tries.running : would.tried !== null && <TriedLines check={would.tried} />}
    </div>
  )
}
