/** Rules about the programs that a context runs: an aws that lacks something or is not needed, and what a kuberc refuses. */
import { grouped } from '../grouped'
import { firstWithLogin, hasSignIn, isVersion1 } from '../identity/aws-version'
import type { Problem, UsedProgram } from '../identity/identity'
import { quoted } from '../visible'
import type { FindingIn, Indexed } from './define-rule'
import { type FindingRow, fileOf, getsToken } from './rule-input'

/** One finding for each aws of version 1, and one for each profile that another lacks something for. */
export function* otherAws({ effective, unlike }: Indexed): Iterable<FindingIn> {
  /** What tells an aws that lacks something from others; null: it lacks nothing, or is none. */
  const lacking = (row: FindingRow): string | null => {
    if (getsToken(row) !== 'aws' || !row.aws?.version) return null
    const { path, version } = row.aws
    if (isVersion1(version)) return JSON.stringify([path, version, null])
    return row.lacksLogin ? JSON.stringify([path, version, row.predicted.profile]) : null
  }
  if (unlike.every((row) => lacking(row) === null)) return
  for (const rows of grouped(effective, lacking).values()) {
    const [first] = rows
    if (!first?.aws) continue
    const { aws, newerAws, predicted } = first
    const which = `aws ${aws.version} (${aws.path})`
    const old = isVersion1(aws.version)
    yield {
      rows,
      file: first.context.origin.file,
      message: old
        ? `What runs is ${which}: version 1 takes AWS_DEFAULT_PROFILE before AWS_PROFILE, reads no AWS_REGION and no SSO role that version 2 has cached, and has neither aws sso login nor aws login.`
        : `Profile ${quoted(predicted.profile ?? 'default')} signs in by aws login, and ${which} passes over that and takes other credentials of the profile, or none.`,
      advice: adviceFor(first, newerAws, old),
    }
  }
}

/** One finding for each command, and for each file that stops kubectl altogether. */
export const refusedByKuberc = ({ effective }: Indexed): Iterable<FindingIn> =>
  byProblem(
    effective,
    ({ kubectlRefusal: refusal }) => refusal && { ...refusal.problem, certain: refusal.certain },
  )

/** One finding for each command that kubectl would not find. */
export const commandsNotFound = ({ effective }: Indexed): Iterable<FindingIn> =>
  byProblem(effective, ({ notFound }) => notFound && { ...notFound, certain: true })

/** One finding for all contexts that need not wait for aws. */
export function* slowTokens({ effective }: Indexed): Iterable<FindingIn> {
  const rows = effective.filter(({ isSlow, predicted }) => isSlow && predicted.problem === null)
  const [first] = rows
  if (first === undefined) return
  yield {
    rows,
    file: fileOf(first),
    message:
      'Each kubectl command starts aws for its token, which takes about half a second; `ekscope token` makes the same in about a tenth of that.',
    advice: 'Let Ekscope make the tokens. It is written only where AWS proves the same identity by both.',
  }
}

/** Rows that have one problem, reported once. */
function* byProblem(
  rows: readonly FindingRow[],
  problemOf: (row: FindingRow) => (Problem & { readonly certain: boolean }) | null | undefined,
): Iterable<FindingIn> {
  for (const group of grouped(rows, (row) => problemOf(row)?.message ?? null).values()) {
    const [first] = group
    const problem = first && problemOf(first)
    if (!first || !problem) continue
    yield {
      rows: group,
      file: first.context.origin.file,
      message: problem.message,
      advice: problem.next,
      ...(problem.certain ? {} : { severity: 'warning' }),
    }
  }
}

function adviceFor({ user, aws }: FindingRow, newer: UsedProgram | null, old: boolean): string {
  const byPath = user?.exec?.command?.includes('/') ?? false
  const least = old ? '2' : firstWithLogin
  const enough = newer !== null && hasSignIn(old ? 'sso login' : 'login', newer.version)
  if (!enough)
    return `Install the AWS CLI of version ${least} or newer${byPath ? ' there' : ' first on PATH'}.`
  return byPath
    ? `Name aws, or ${newer.path} (${newer.version}), in the entry in place of ${aws?.path ?? ''}.`
    : `Let the folder of ${newer.path} (${newer.version}) come before that of ${aws?.path ?? ''} in PATH.`
}
