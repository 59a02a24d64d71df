/** What the steps of one check write into: one observation, the facts beside it, and the steps told so far. */
import type { Problem, Seen, Step, StepKind, TokenFacts } from '../../shared/identity/identity'
import type {
  ClusterObservation,
  CommandObservation,
  EntryObservation,
  StsObservation,
} from '../../shared/identity/verdict'

export interface Course {
  entry: EntryObservation
  command: CommandObservation
  sts: StsObservation
  cluster: ClusterObservation
  actsAs: Seen | null
  token: TokenFacts | null
  /** Tells a step as it ended; `ms` is its own duration. */
  tell(kind: StepKind, outcome: Step['outcome'], title: string, detail: string, ms: number): void
}

/** How a step ended for those after it: a cancelled check gives no verdict. */
export type Ordered = 'done' | 'cancelled'

/** A course on which nothing happened yet; `tell` gets every step. */
export function openCourse(tell: (step: Step) => void): Course {
  return {
    entry: { kind: 'runs-command' },
    command: { kind: 'not-run' },
    sts: { kind: 'not-asked' },
    cluster: { kind: 'not-asked' },
    actsAs: null,
    token: null,
    tell: (kind, outcome, title, detail, ms) => tell({ kind, outcome, title, detail, ms }),
  }
}

/** No token came of the command, and why. */
export function noToken(
  course: Course,
  problem: Problem,
  step: 'allow' | 'exec' | 'token',
  title: string,
): null {
  course.command = { kind: 'no-token', problem }
  course.tell(step, step === 'token' ? 'failed' : 'skipped', title, problem.message, 0)
  return null
}

/** Nothing was sent to the cluster, and why. */
export function notAsked(course: Course, problem: Problem): Ordered {
  course.cluster = { kind: 'failed', problem }
  course.tell('cluster', 'skipped', 'The cluster was not asked', problem.message, 0)
  return 'done'
}
