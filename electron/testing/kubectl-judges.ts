/** The kubectls that judge: the distribution's, and a newer one that scripts/lib/judges.mjs fetches. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { judgeFolder, judges } from '../../scripts/lib/judges.mjs'
import { realProgram } from './real-programs'

export interface KubectlJudge {
  readonly name: string
  readonly program: string
  /** A test that asks it is skipped where it cannot be had. */
  readonly here: boolean
  /**
   * The cases that it judges: all of them in the full run. In the quick one each is judged once: by the newer kubectl each
   * `every`th from `from` on, by the distribution's the others; where the newer one cannot be had, all of them.
   */
  some<T>(cases: readonly T[], every: number, from?: number): readonly T[]
}

const full = process.env.EKSCOPE_FULL === '1'
const programOf = (name: 'kubectl-1.20' | 'kubectl-1.28' | 'kubectl-1.35') =>
  path.join(judgeFolder(name), judges[name].program)
const newer = programOf('kubectl-1.35')
const newerIsHere = existsSync(newer)
const share =
  (takes: (isNewers: boolean) => boolean): KubectlJudge['some'] =>
  (cases, every, from = 0) =>
    full ? cases : cases.filter((_, index) => takes(index % every === from))

/** For a test each. */
export const kubectlJudges: readonly KubectlJudge[] = [
  {
    name: 'kubectl',
    program: realProgram('kubectl'),
    here: true,
    some: share((isNewers) => !isNewers || !newerIsHere),
  },
  { name: 'kubectl 1.35', program: newer, here: newerIsHere, some: share((isNewers) => isNewers) },
]

/** Older ones, for what differs between versions: in the full run alone. */
export const olderKubectls = (['kubectl-1.20', 'kubectl-1.28'] as const).map((name) => ({
  name: name.replace('-', ' '),
  program: programOf(name),
  here: full && existsSync(programOf(name)),
}))
