/** The steps of a check that only read: the entry, and the identity that files and environment predict. No I/O. */
import type { Predicted, ProblemCode, Step } from '../../shared/identity/identity'
import { shortName } from '../../shared/identity/verdict'
import { assertNever } from '../../shared/result'
import type { ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import type { KubectlRefusal } from '../kubectl/policy'
import { type EntryPlan, planOf } from './entry-plan'
import { type Observed, stepOf } from './observed'

/** What kubectl would do with the context's entry; `kubectlRefusal`: what its kuberc refuses, null: nothing. */
export function readEntry(
  resolved: ResolvedContext,
  kubectlRefusal: KubectlRefusal | null = null,
): Observed<'entry'> {
  const plan = allowedPlan(planOf(resolved), kubectlRefusal)
  return { kind: 'entry', plan, step: entryStep(plan) }
}

/** A kuberc that kubectl refuses stops it before it looks at the entry, a policy when it would run the command. */
function allowedPlan(plan: EntryPlan, refusal: KubectlRefusal | null): EntryPlan {
  if (!refusal?.certain) return plan
  const { problem } = refusal
  return plan.kind === 'runs-command' || problem.code === 'kuberc-refused'
    ? { kind: 'refused', problem }
    : plan
}

function entryStep(plan: EntryPlan): Step {
  switch (plan.kind) {
    case 'refused':
      return stepOf(
        'entry',
        'failed',
        refusedTitles[plan.problem.code] ?? 'kubectl would refuse this entry',
        plan.problem.message,
      )
    case 'other-credentials':
      return stepOf('entry', 'ok', 'The entry signs in without AWS', plan.problem.message)
    case 'runs-command':
      return stepOf('entry', 'ok', 'The entry runs a command', `apiVersion ${plan.exec.apiVersion ?? ''}`)
    default:
      return assertNever(plan, 'plan of an entry')
  }
}

/** kubectl continues without a missing entry, and asks at a terminal. */
const refusedTitles: Partial<Readonly<Record<ProblemCode, string>>> = {
  'dangling-user': 'The context names an entry that is not there',
  'dangling-cluster': 'The context names an entry that is not there',
  'plugin-not-allowed': 'kubectl would not run the command of this entry',
  'kuberc-refused': 'kubectl would refuse its own preferences',
  'interactive-always': 'The command of the entry needs a terminal',
}

/** The identity that files and environment give. Shown next to the proven one; the verdict does not depend on it. */
export const readPrediction = (predicted: Predicted): Observed<'prediction'> => ({
  kind: 'prediction',
  step: predictionStep(predicted),
})

function predictionStep({ problem, arn, accessKeyId, by }: Predicted): Step {
  if (problem) return stepOf('predict', 'failed', 'Files and environment give no identity', problem.message)
  const detail = by.join(', ')
  if (arn !== null) return stepOf('predict', 'ok', `Predicted ${shortName(arn)}`, detail)
  if (accessKeyId !== null) return stepOf('predict', 'ok', `Predicted access key ${accessKeyId}`, detail)
  return stepOf('predict', 'skipped', 'Files alone do not say who it will be', detail)
}
