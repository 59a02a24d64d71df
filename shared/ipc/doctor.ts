/** What `ekscope doctor` and its page say: the same lines, and the same sentence above them. */
import { plural } from '../counted'

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly id:
    | 'login-shell'
    | 'variables'
    | 'aws'
    | 'kubectl'
    | 'aws-iam-authenticator'
    | 'path'
    | 'kuberc'
    | 'kubeconfig'
    | 'aws-config'
    | 'aws-credentials'
    | 'aws-caches'
    | 'data-folder'
    | 'proxy'
    | 'clock'
    | 'ekscope'
  /** `note`: it works, and the user should know of it. */
  readonly state: 'ok' | 'note' | 'problem'
  /** What was seen; holds no secret. */
  readonly text: string
  /** What to do about it; null: nothing. */
  readonly next: string | null
}

/** `1 problem and 2 notes`; `No problems and 2 notes`. */
export function doctorAnswer(checks: readonly DoctorCheck[]): string {
  const count = (state: DoctorCheck['state']) => checks.filter((check) => check.state === state).length
  const [problems, notes] = [count('problem'), count('note')]
  if (problems + notes === 0) return 'Nothing to fix'
  const told = notes === 0 ? '' : ` and ${plural(notes, 'note')}`
  return `${problems === 0 ? 'No problems' : plural(problems, 'problem')}${told}`
}
