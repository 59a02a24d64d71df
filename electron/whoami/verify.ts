/**
 * Checks one context: entry, sign-in, leave, command, token, STS, cluster, verdict. Each step is a value of its own
 * and is told as it happens; the verdict is shared/verdict's over what was observed.
 */
import type { Check, Problem, Proven, Step } from '../../shared/identity/identity'
import { shortName, verdictOf } from '../../shared/identity/verdict'
import { planOf } from './entry-plan'
import { type Course, type Ordered, openCourse } from './record'
import { proveAndSee } from './steps'
import type { Subject, Surroundings } from './subject'

/**
 * Checks one context; null when cancelled before the end. Never throws: a bug becomes problem `internal`. `onStep`
 * gets each step as it ends, without secrets.
 */
export async function verify(
  subject: Subject,
  surroundings: Surroundings,
  signal: AbortSignal,
  onStep: (step: Step) => void = () => undefined,
): Promise<Check | null> {
  const started = performance.now()
  const steps: Step[] = []
  const course = openCourse((step) => {
    steps.push(step)
    onStep(step)
  })
  let end: Ordered
  try {
    end = await take(subject, surroundings, course, signal)
  } catch (error) {
    end = 'done'
    course.entry = { kind: 'refused', problem: internal(error) }
  }
  if (end === 'cancelled') return null
  const { variables } = surroundings.environment
  const key = variables.AWS_ACCESS_KEY_ID
  const { verdict, problem } = verdictOf({
    intended: subject.intended,
    environmentKeys: key ? [key] : [],
    entry: course.entry,
    command: course.command,
    sts: course.sts,
    cluster: course.cluster,
  })
  const { resolved } = subject
  const proven: Proven | null = course.sts.kind === 'proven' ? course.sts.proven : null
  return {
    context: resolved.id,
    contextName: resolved.context.name,
    environment: surroundings.environment.name,
    at: surroundings.now(),
    fingerprint: subject.fingerprint,
    verdict,
    problem,
    intended: subject.intended,
    predicted: subject.predicted,
    proven,
    seen: course.cluster.kind === 'seen' ? course.cluster.seen : null,
    actsAs: course.actsAs,
    token: course.token,
    steps,
    ms: Math.round(performance.now() - started),
  }
}

async function take(
  subject: Subject,
  surroundings: Surroundings,
  course: Course,
  signal: AbortSignal,
): Promise<Ordered> {
  if (signal.aborted) return 'cancelled'
  const plan = planOf(subject.resolved)
  if (plan.kind === 'refused') {
    course.entry = { kind: 'refused', problem: plan.problem }
    course.tell('entry', 'failed', 'kubectl would refuse this entry', plan.problem.message, 0)
    return 'done'
  }
  if (plan.kind === 'own') {
    course.entry = { kind: 'other-credentials', problem: plan.problem }
    course.tell('entry', 'ok', 'The entry signs in without AWS', plan.problem.message, 0)
  } else {
    course.tell('entry', 'ok', 'The entry runs a command', `apiVersion ${plan.exec.apiVersion ?? ''}`, 0)
    tellPrediction(subject, course)
  }
  return proveAndSee(subject, plan, surroundings, course, signal)
}

function tellPrediction({ predicted }: Subject, course: Course): void {
  const by = predicted.by.join(', ')
  if (predicted.problem) {
    course.tell('predict', 'failed', 'Files and environment give nobody', predicted.problem.message, 0)
  } else if (predicted.arn !== null) {
    course.tell('predict', 'ok', `Predicted ${shortName(predicted.arn)}`, by, 0)
  } else if (predicted.accessKeyId !== null) {
    course.tell('predict', 'ok', `Predicted access key ${predicted.accessKeyId}`, by, 0)
  } else {
    course.tell('predict', 'skipped', 'Files alone do not say who it will be', by, 0)
  }
}

/** A bug, not an outcome: its words may hold anything, so only its kind is told. */
function internal(error: unknown): Problem {
  const kind = error instanceof Error ? error.name : 'an unknown error'
  return {
    code: 'internal',
    message: `The check itself failed (${kind}); this is a mistake in Ekscope.`,
    next: 'Check again; if it stays so, report it with the log.',
  }
}
