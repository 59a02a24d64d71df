import { ArrowRight, CircleAlert, PencilLine, ShieldCheck, TriangleAlert, X } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { EditDescription } from '../../shared/edits/describe'
import type { Edit, EditProblem } from '../../shared/edits/edit'
import type { Plan } from '../../shared/edits/plan'
import type { Fault } from '../../shared/result'
import type { Pending } from '../pending/pending'
import { descriptionsOf } from '../pending/titles'
import { principalName } from '../rows/who'
import { editText } from '../text/edits'
import { review } from '../text/review'
import { Button } from '../ui/Button'
import { Keys } from '../ui/Keys'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useEdits } from '../ui/use-edits'
import { Window } from '../ui/Window'
import dialog from '../ui/Window.module.css'
import { DiffView } from './DiffView'
import { AlsoChange, Conflicts, CurrentContext, Problems } from './Notes'
import styles from './Review.module.css'
import { useWrite } from './use-write'

/** How many edits are listed one by one; more are counted. */
const listed = 300
/** How many edits stand in full; more scroll. */
const inFull = 7

type Looked = { readonly plan: Plan } | { readonly fault: Fault }

/** Every pending edit with a tick, then exactly the lines that would change on disk. */
export function ReviewDialog() {
  const model = useModel()
  const pending = useEdits((state) => state.pending)
  const applying = useEdits((state) => state.applying)
  const conflicts = useEdits((state) => state.conflicts.length)
  const snapshot = useStill(
    useApp((state) => state.snapshot),
    applying !== null,
  )
  const [out, setOut] = useState<ReadonlySet<number>>(new Set())
  const [looked, setLooked] = useState<Looked | null>(null)

  const ticked = useMemo(
    () => new Set(pending.flatMap(({ id }) => (out.has(id) ? [] : [id]))),
    [pending, out],
  )
  const said = useMemo(
    () =>
      snapshot === null
        ? []
        : descriptionsOf(
            snapshot,
            pending.map(({ edit }) => edit),
          ),
    [snapshot, pending],
  )

  // The plan is asked anew for other ticks, edits or files; an answer to an older question is dropped.
  useEffect(() => {
    void snapshot
    let current = true
    setLooked(null)
    void model.edits.plan(ticked).then((answer) => {
      if (current) setLooked(answer.ok ? { plan: answer.value } : { fault: answer.fault })
    })
    return () => {
      current = false
    }
  }, [model, ticked, snapshot])

  const plan = looked !== null && 'plan' in looked ? looked.plan : null
  const also = plan?.alsoChanges ?? []
  // The plan counts the ticked edits only.
  const planned = pending.flatMap(({ id }, at) =>
    ticked.has(id) ? [{ id, subject: said[at]?.subject }] : [],
  )
  const editOf = ({ edit }: EditProblem) => (edit === null ? undefined : planned[edit])
  const problems = (plan?.problems ?? []).map((problem) => ({
    ...problem,
    subject: editOf(problem)?.subject ?? null,
  }))
  const marks = new Map<number, 'bad' | 'warn'>()
  for (const problem of plan?.problems ?? []) {
    const id = editOf(problem)?.id
    if (id !== undefined && marks.get(id) !== 'bad') marks.set(id, problem.blocks ? 'bad' : 'warn')
  }
  const write = useWrite({
    ready: plan !== null && !plan.blocked && plan.files.length > 0 && conflicts === 0,
    write: (permitted) =>
      model.edits.apply({
        ids: ticked,
        revisions: plan?.revisions ?? [],
        sharedAllowed: also.length > 0,
        ...permitted,
      }),
    onDone: () => model.edits.open(null),
  })

  return (
    <Window
      open
      wide
      onOpenChange={(open) => {
        if (!open) write.leave()
      }}
      title={review.title(ticked.size)}
      lead={plan === null ? review.planning : review.lead(plan.files.length, also.length > 0)}
      footer={
        <>
          <Button
            disabled={write.writing}
            onClick={() => {
              model.edits.discardAll()
              model.edits.open(null)
            }}
          >
            {review.discard}
          </Button>
          <span className={dialog.footerNote} role="status">
            {applying !== null && applying.wait === null ? review.writing : ''}
          </span>
          <Button onClick={write.leave}>{applying?.wait ? review.stopWaiting : review.cancel}</Button>
          <Button kind="primary" disabled={!write.able} onClick={write.run}>
            {also.length > 0 ? review.applyAlso : out.size > 0 ? review.applySome(ticked.size) : review.apply}
            <Keys shortcut="Mod+Enter" className={styles.keys} />
          </Button>
        </>
      }
    >
      <div className={`${dialog.body} ${styles.body}`}>
        <ul
          className={styles.edits}
          data-long={pending.length > inFull || undefined}
          aria-label={review.edits}
        >
          {pending.slice(0, listed).map((one, at) => (
            <EditLine
              key={one.id}
              pending={one}
              said={said[at]}
              ticked={!out.has(one.id)}
              problem={marks.get(one.id) ?? null}
              onTick={(tick) => {
                const next = new Set(out)
                if (tick) next.delete(one.id)
                else next.add(one.id)
                setOut(next)
              }}
            />
          ))}
        </ul>
        {pending.length > listed && (
          <p className={styles.more}>+ {editText.changes(pending.length - listed)}</p>
        )}
        <Conflicts count={conflicts} />
        {write.trouble}
        {looked !== null && 'fault' in looked && (
          <Problems title={review.blocked} tone="bad" problems={[looked.fault]} />
        )}
        {plan !== null && (
          <>
            <Problems title={review.blocked} tone="bad" problems={problems.filter(({ blocks }) => blocks)} />
            <Problems
              title={review.doubtful}
              tone="warn"
              problems={problems.filter(({ blocks }) => !blocks)}
            />
            <AlsoChange also={also} ticked={ticked} />
            <CurrentContext change={plan.currentContext} />
            {plan.files.map((change) => (
              <DiffView key={change.path} change={change} />
            ))}
            {plan.files.length > 0 && !plan.blocked && !write.refused && (
              <p className={styles.promise}>
                <ShieldCheck size={15} aria-hidden />
                {review.promise}
              </p>
            )}
            {ticked.size === 0 && <p className={styles.more}>{review.nothingTicked}</p>}
          </>
        )}
      </div>
    </Window>
  )
}

/** While it is written the dialog goes on showing what is written, not what the files are already. */
function useStill<T>(value: T, still: boolean): T {
  const [kept, setKept] = useState(value)
  if (!still && kept !== value) setKept(value)
  return still ? kept : value
}

interface EditLineProps {
  readonly pending: Pending
  readonly said: EditDescription | undefined
  readonly ticked: boolean
  /** The plan finds something in it. */
  readonly problem: 'bad' | 'warn' | null
  readonly onTick: (tick: boolean) => void
}

/** Roles are known by their names; the whole ARN stands in the diff. */
const short = (edit: Edit, value: string): string => (edit.kind === 'set-role' ? principalName(value) : value)

const withNames = (what: string): string =>
  what.replaceAll(/arn:[\w:-]+:role\/\S+/g, (arn) => principalName(arn))

function EditLine({ pending, said, ticked, problem, onTick }: EditLineProps) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  if (said === undefined) return null
  const { edit } = pending
  const { subject, what, was, now } = said
  const Icon = problem === null ? PencilLine : problem === 'bad' ? CircleAlert : TriangleAlert
  const plain = withNames(home === '' ? what : what.replace(home, '~'))
  return (
    <li className={styles.edit} data-problem={problem ?? undefined}>
      <label className={styles.label}>
        <input type="checkbox" checked={ticked} onChange={(event) => onTick(event.target.checked)} />
        <Icon size={14} className={problem === null ? '' : styles[problem]} aria-hidden />
        <b>
          <Shown text={subject} />
        </b>
        <span>
          <Shown text={plain} />
        </span>
        {(was !== null || now !== null) && (
          <>
            <span className={styles.value}>
              <Shown text={was === null ? editText.none : short(edit, was)} />
            </span>
            <ArrowRight size={13} aria-hidden />
            <span className="visually-hidden">→</span>
            <span className={styles.value}>
              <Shown text={now === null ? editText.none : short(edit, now)} />
            </span>
          </>
        )}
      </label>
      <Button
        small
        kind="plain"
        icon={X}
        aria-label={review.remove(`${subject} ${what}`)}
        title={review.remove(`${subject} ${what}`)}
        onClick={() => model.edits.drop(new Set([pending.id]))}
      />
    </li>
  )
}
