/**
 * What the steps of a check return, and how the results are combined. A step writes nothing: it returns what it observed, how
 * that is shown, and what the next step needs.
 */
import type { Problem, Proven, Step, StepKind, TokenFacts } from '../../shared/identity/identity'
import type { ClusterObservation, Observation } from '../../shared/identity/verdict'
import { assertNever } from '../../shared/result'
import type { Subject } from '../identity/subjects'
import type { CommandFacts } from '../trust/command-permission'
import type { EntryPlan } from './entry-plan'
import type { ExecCredential } from './exec-credential'
import type { CheckedToken } from './token'

/** What a step found out. */
type Found =
  | { readonly kind: 'entry'; readonly plan: EntryPlan }
  /** Which version the program is: what is known of the context by it. */
  | { readonly kind: 'version'; readonly subject: Subject }
  | { readonly kind: 'prediction' }
  /** The command may run: what was examined, and the program that is run. */
  | { readonly kind: 'permitted'; readonly facts: CommandFacts; readonly path: string }
  | { readonly kind: 'credential'; readonly credential: ExecCredential }
  /** `text` is the token itself. */
  | { readonly kind: 'aws-token'; readonly text: string; readonly token: CheckedToken }
  /** A client certificate, or a token of another provider. */
  | { readonly kind: 'other-token'; readonly problem: Problem }
  /** The command was not run, failed, or printed a token that no cluster accepts. */
  | { readonly kind: 'no-token'; readonly problem: Problem }
  | { readonly kind: 'proven'; readonly proven: Proven }
  /** `clusterMayAnswer`: STS did not refuse the token itself, so the cluster is asked all the same. */
  | { readonly kind: 'not-proven'; readonly problem: Problem; readonly clusterMayAnswer: boolean }
  | { readonly kind: 'cluster'; readonly answer: ClusterObservation }
  /** The user that the cluster sees when asked with the entry's impersonation. */
  | { readonly kind: 'acts-as'; readonly answer: ClusterObservation }

type StepEnd =
  | (Found & { readonly step: Step })
  /** The check was cancelled in this step: no verdict, and no further step. */
  | { readonly kind: 'cancelled' }

/** How a step ended. Holds secrets (a credential, a token) for the next step; only its `step` is shown. */
export type Observed<Kind extends StepEnd['kind'] = StepEnd['kind']> = Extract<
  StepEnd,
  { readonly kind: Kind }
>

export const cancelled: Observed<'cancelled'> = { kind: 'cancelled' }

/** A step as it is shown; `ms` is its own duration. */
export function stepOf(
  kind: StepKind,
  outcome: Step['outcome'],
  title: string,
  detail: string,
  ms = 0,
): Step {
  return { kind, outcome, title, detail, ms }
}

/** What the steps so far observed. */
export interface Observations extends Pick<Observation, 'entry' | 'command' | 'sts' | 'cluster' | 'actsAs'> {
  readonly token: TokenFacts | null
}

/** Before the first step. */
export const nothingObserved: Observations = {
  entry: { kind: 'runs-command' },
  command: { kind: 'not-run' },
  sts: { kind: 'not-asked' },
  cluster: { kind: 'not-asked' },
  actsAs: { kind: 'not-asked' },
  token: null,
}

/** These with one more step. */
export function withObserved(
  observations: Observations,
  observed: Exclude<Observed, { kind: 'cancelled' }>,
): Observations {
  switch (observed.kind) {
    case 'entry':
      return { ...observations, entry: observed.plan }
    case 'version':
    case 'prediction':
    case 'permitted':
    case 'credential':
      return observations
    case 'aws-token': {
      const { facts } = observed.token
      return { ...observations, token: facts, command: { kind: 'aws-token', accessKeyId: facts.accessKeyId } }
    }
    case 'other-token':
    case 'no-token':
      return { ...observations, command: { kind: observed.kind, problem: observed.problem } }
    case 'proven':
      return { ...observations, sts: { kind: 'proven', proven: observed.proven } }
    case 'not-proven':
      return { ...observations, sts: { kind: 'failed', problem: observed.problem } }
    case 'cluster':
      return { ...observations, cluster: observed.answer }
    case 'acts-as':
      return { ...observations, actsAs: observed.answer }
    default:
      return assertNever(observed, 'end of a step')
  }
}
