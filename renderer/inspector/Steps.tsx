import { Ban, Check, CircleDashed, LogIn, type LucideIcon, TriangleAlert, Unplug, X } from 'lucide-react'
import { duration } from '../../shared/age'
import { clusterAnswer, refusesImpersonation } from '../../shared/identity/cluster-answer'
import type { Step, StepKind } from '../../shared/identity/identity'
import type { Row } from '../rows/rows'
import { inspectorText as text } from '../text/inspector'
import { linesOf } from '../text/path'
import { Phrase, Shown } from '../ui/Shown'
import { Section } from './Frame'
import frame from './Inspector.module.css'
import styles from './Steps.module.css'

type Outcome = keyof typeof text.steps.outcomes

const icons: Readonly<Record<Outcome, LucideIcon>> = {
  ok: Check,
  failed: X,
  refused: Ban,
  stopped: LogIn,
  other: TriangleAlert,
  skipped: CircleDashed,
  unreached: CircleDashed,
}

/** One step as the tab shows it. */
export interface ShownStep {
  readonly kind: StepKind
  readonly outcome: Outcome
  readonly title: string
  readonly detail: string
  /** Null where the step took no noticeable time. */
  readonly took: string | null
}

/** The steps to an identity and to the cluster, in their order. */
const whole: readonly StepKind[] = ['exec', 'token', 'sts', 'cluster']

/** The steps of the last or the running check: the failed step is marked, and the steps that it prevented follow. */
export function stepsOf(row: Row): readonly ShownStep[] {
  const { check, running } = row
  const steps = running ? row.live : (check?.steps ?? [])
  const shown = steps.map(
    (step, at): ShownStep => ({
      kind: step.kind,
      outcome: running ? step.outcome : outcomeOf(step, row),
      title: step.title,
      // The reason for skipped steps is shown only at the first of them.
      detail: steps.slice(0, at).some(({ detail }) => detail === step.detail) ? '' : step.detail,
      took: step.outcome === 'skipped' || step.ms < 1 ? null : duration(step.ms),
    }),
  )
  if (running || check === null || check.verdict === 'unsupported') return shown
  const done = new Set(steps.map(({ kind }) => kind))
  const expected = row.user?.impersonation ? [...whole, 'acts-as' as const] : whole
  return [
    ...shown,
    ...expected
      .filter((kind) => !done.has(kind))
      .map(
        (kind): ShownStep => ({
          kind,
          outcome: 'unreached',
          title: text.steps.ahead[kind],
          detail: '',
          took: null,
        }),
      ),
  ]
}

/** A step may have worked and still have yielded another identity. */
function outcomeOf({ kind, outcome }: Step, { check, proven }: Row): Outcome {
  if (check === null || outcome === 'skipped') return outcome
  if (outcome === 'failed') {
    if (kind === 'acts-as' && refusesImpersonation(check)) return 'refused'
    const answer = kind === 'cluster' ? clusterAnswer(check).kind : 'not-asked'
    if (answer !== 'not-asked') return answer === 'refused' ? 'refused' : 'stopped'
    return check.verdict === 'login-needed' || check.verdict === 'unreachable' ? 'stopped' : 'failed'
  }
  if (kind === 'sts' && proven?.differs) return 'other'
  return kind === 'cluster' && check.problem?.code === 'seen-differs' ? 'other' : 'ok'
}

/** What the check did, step by step; while it runs, the steps so far. */
export function Steps({ row }: { readonly row: Row }) {
  const steps = stepsOf(row)
  if (steps.length === 0)
    return (
      <p className={frame.calm}>
        {row.check !== null || row.running
          ? text.steps.nothingRun
          : row.pending?.kind === 'added'
            ? text.steps.notWritten
            : text.steps.none}
      </p>
    )
  return (
    <Section>
      <ol>
        {steps.map((step) => (
          <StepLine
            key={`${step.kind} ${step.title}`}
            step={step}
            unplugged={row.verdict === 'unreachable'}
          />
        ))}
      </ol>
    </Section>
  )
}

function StepLine({ step, unplugged }: { readonly step: ShownStep; readonly unplugged: boolean }) {
  const { outcome, title, detail, took } = step
  const Icon = outcome === 'stopped' && unplugged ? Unplug : icons[outcome]
  return (
    <li className={styles.step} data-outcome={outcome}>
      <span
        className={styles.mark}
        data-outcome={outcome}
        role="img"
        aria-label={text.steps.outcomes[outcome]}
      >
        <Icon size={outcome === 'ok' ? 11 : 12} strokeWidth={2.6} aria-hidden />
      </span>
      <div className="fill breaks">
        <Shown as="b" text={title} />
        <Lines text={detail} />
      </div>
      {took !== null && <span className={styles.ms}>{took}</span>}
      {outcome === 'unreached' && <span className={styles.ms}>{text.steps.outcomes.unreached}</span>}
    </li>
  )
}

/** A command and its output to standard error, line by line. */
function Lines({ text: detail }: { readonly text: string }) {
  return [...linesOf(detail).entries()].map(([at, line]) => <Phrase as="p" key={at} text={line} />)
}
