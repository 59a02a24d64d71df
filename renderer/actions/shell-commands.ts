/** Commands that a user may want to run for a context. */
import { hasSignIn } from '../../shared/identity/aws-version'
import { signsInByAws } from '../../shared/identity/identity'
import { type Offer, type Option, option } from '../../shared/shell/offered-command'
import { isShadowed, onDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import { text } from '../text/page'
import type { Offering } from '../ui/model'

export interface Command {
  readonly id: 'whoami' | 'shell' | 'login' | 'caller' | 'update'
  /** What it is for, a few words. */
  readonly title: string
  readonly offer: Offer
  /** What to know before running it; null when harmless. */
  readonly note: string | null
}

/** Whether the context's file has its cluster and user, too. */
const hasAllOf = ({ entry, cluster, user }: Row): boolean =>
  [cluster, user].every((one) => one?.origin.file === entry.origin.file)

/** The commands to copy for a row that fit the way it signs in. kubectl knows a context only by its name on disk, and not
 * before it is written. */
export function commandsFor(row: Row, foreignFile: boolean, offer: Offering): readonly Command[] {
  const commands: Command[] = []
  const is = onDisk(row)
  const shadowed = is !== null && isShadowed(is)
  const file: readonly Option[] =
    foreignFile || shadowed ? [option('--kubeconfig', row.entry.origin.file)] : []
  // By its name alone kubectl would use another context; with its file this one, if the file has all its entries.
  if (is !== null && (!shadowed || hasAllOf(is))) {
    commands.push({
      id: 'whoami',
      title: text.commands.whoami,
      offer: offer('kubectl', ...file, option('--context', is.name), 'auth', 'whoami'),
      note: null,
    })
  }
  const auth = row.identity?.auth
  const byAws = signsInByAws(auth)
  if (is !== null) {
    const tools = byAws && !foreignFile ? [option('--aws')] : []
    commands.push({
      id: 'shell',
      title: text.commands.shell,
      offer: offer('ekscope', 'shell', ...file, ...tools, is.name),
      note: null,
    })
  }
  if (!byAws) return commands
  const profile = row.profile === null ? [] : [option('--profile', row.profile)]
  const problem = row.check?.problem?.code
  // Not every problem that needs the user: an MFA code, or a terminal, is not an `aws` sign-in.
  const signIn =
    problem === 'sso-login' ||
    problem === 'aws-login' ||
    (row.identity?.intended.permissionSet ?? null) !== null
  const command = problem === 'aws-login' ? 'login' : 'sso login'
  // The problem says how to sign in where this aws cannot.
  const can = hasSignIn(
    command,
    auth !== 'aws-iam-authenticator' ? (row.identity?.aws?.version ?? null) : null,
  )
  if (row.profile !== null && signIn && can && problem !== 'mfa-code') {
    commands.push({
      id: 'login',
      title: text.commands.login,
      offer: offer('aws', ...command.split(' '), ...profile),
      note: null,
    })
  }
  commands.push({
    id: 'caller',
    title: row.profile === null ? text.commands.caller : text.commands.callerOfProfile,
    offer: offer('aws', 'sts', 'get-caller-identity', ...profile),
    note: null,
  })
  const { name, region } = is?.identity?.meant ?? { name: null, region: null }
  if (is !== null && name !== null && region !== null) {
    commands.push({
      id: 'update',
      title: text.commands.update,
      offer: offer(
        'aws',
        'eks',
        'update-kubeconfig',
        option('--name', name),
        option('--region', region),
        ...(is.profile === null ? [] : [option('--profile', is.profile)]),
        ...(is.role === null ? [] : [option('--role-arn', is.role)]),
        option('--alias', is.name),
        option('--user-alias', is.entry.user ?? is.name),
        ...file,
      ),
      note: text.commands.updateNote,
    })
  }
  return commands
}
