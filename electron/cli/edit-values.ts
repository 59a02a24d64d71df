/** Commands that change one value of a context, or the context itself. */
import type { Edit } from '../../shared/edits/edit'
import { isRoleArn, parsePrincipal } from '../../shared/identity/arn'
import type { DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import { isRegion } from '../../shared/identity/regions'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { quoted } from '../../shared/visible'
import { type Arguments, nameOf, oneOf, UsageError, usedLikeThis } from './arguments'
import type { Command } from './command'
import { contextsNamed } from './contexts-by-name'
import { tryHelp } from './trying'
import { carryOut, contextIn, openForWriting, positionalsOf, writingHelp } from './writing'

/** An IAM role's ARN, as it is assumed. */
export function roleFrom(text: string, option: string): string {
  if (isRoleArn(text)) return text
  const assumed = parsePrincipal(text)?.sessionName ?? null
  throw new UsageError(
    assumed === null
      ? `${option} takes the ARN of a role, such as arn:aws:iam::123456789012:role/Name, not ${quoted(text)}`
      : `${option} takes the role’s own ARN (arn:…:iam::…:role/Name), not the sts form ${quoted(text)}`,
  )
}

export function regionFrom(text: string, option: string): string {
  if (isRegion(text)) return text
  throw new UsageError(`${option} takes a region such as us-west-2, not ${quoted(text)}`)
}

/** The role that an option names; null without the option. */
export function roleOption(args: Arguments, option: string): string | null {
  const text = args.text(option)
  return text === null ? null : roleFrom(text, `--${option}`)
}

/** The identity that asks AWS, where `--profile` or `--describe-role-arn` names one. */
export function askerOf(args: Arguments): DiscoveryIdentity | null {
  const [profile, role] = [args.text('profile'), roleOption(args, 'describe-role-arn')]
  return profile === null && role === null ? null : { profile, role }
}

/** Commands that may change the identity that a context acts as: they take --try. */
const tried = new Set(['set-role', 'set-profile', 'set-region', 'clone', 'split-user'])

/** A command that changes one context by one edit; `read`: its name, and the edit, of the arguments. */
function changing(
  command: Omit<Command, 'run'>,
  read: (args: Arguments, command: Command) => readonly [name: string, edit: (context: EntryId) => Edit],
): Command {
  return {
    ...command,
    help: { ...command.help, ...(tried.has(nameOf(command)) ? tryHelp : {}), ...writingHelp },
    async run(call) {
      const [name, edit] = read(call.args, this)
      const opened = await openForWriting(call)
      return carryOut(call, opened, { edits: [edit(contextIn(opened, name).id)] })
    },
  }
}

/** The context, and its new value: exactly one of a value and `--none`. */
function valueOrNone(args: Arguments, command: Command): readonly [string, string | null] {
  const none = args.flag('none')
  const [context = '', value = ''] = positionalsOf(command, args, none ? 1 : 2)
  return [context, none ? null : value]
}

export const setRole = changing(
  {
    usage: 'set-role CONTEXT ARN|--none',
    summary: 'the role that a context assumes',
    examples: [
      'ekscope set-role prod-ci arn:aws:iam::111122223333:role/ReadOnly',
      'ekscope set-role prod-ci --none',
    ],
    help: { '--none': 'no role' },
  },
  (args, command) => {
    const [name, text] = valueOrNone(args, command)
    const role = text === null ? null : roleFrom(text, nameOf(command))
    return [name, (context) => ({ kind: 'set-role', context, role, scope: 'shared' })]
  },
)

export const setProfile = changing(
  {
    usage: 'set-profile CONTEXT NAME|--none [--pin arg|env]',
    summary: 'the AWS profile that a context uses',
    examples: ['ekscope set-profile prod-admin pay-ro', 'ekscope set-profile prod-unpinned pay --pin env'],
    help: {
      '--none': 'no profile: the identity that the environment gives',
      '--pin arg|env': 'by --profile or by AWS_PROFILE (default: as the entry has it, else arg)',
    },
  },
  (args, command) => {
    const [name, profile] = valueOrNone(args, command)
    const pin = oneOf(args, 'pin', ['arg', 'env'])
    return [name, (context) => ({ kind: 'set-profile', context, profile, pin, scope: 'shared' })]
  },
)

export const setNamespace = changing(
  {
    usage: 'set-namespace CONTEXT NAMESPACE|--none',
    summary: 'the namespace of a context',
    examples: ['ekscope set-namespace prod-admin checkout'],
    help: { '--none': 'no namespace: default' },
  },
  (args, command) => {
    const [name, namespace] = valueOrNone(args, command)
    return [name, (context) => ({ kind: 'set-namespace', context, namespace })]
  },
)

export const setRegion = changing(
  {
    usage: 'set-region CONTEXT REGION',
    summary: 'the region of the command that gets the token',
    examples: ['ekscope set-region prod-admin eu-north-1 --dry-run'],
  },
  (args, command) => {
    const [name = '', text = ''] = positionalsOf(command, args, 2)
    const region = regionFrom(text, nameOf(command))
    return [name, (context) => ({ kind: 'set-region', context, region, scope: 'shared' })]
  },
)

/** A command that sets a key of the cluster entry; `--none` removes the key. */
const ofCluster = (
  head: Pick<Command, 'usage' | 'summary' | 'examples'>,
  none: string,
  edit: (context: EntryId, value: string | null) => Edit,
): Command =>
  changing({ ...head, help: { '--none': none } }, (args, command) => {
    const [name, value] = valueOrNone(args, command)
    return [name, (context) => edit(context, value)]
  })

export const setServer = changing(
  {
    usage: 'set-server CONTEXT URL',
    summary: 'the address that kubectl sends its requests to, such as a forwarded port',
    examples: ['ekscope set-server prod-admin https://localhost:8443 --dry-run'],
  },
  (args, command) => {
    const [name = '', server = ''] = positionalsOf(command, args, 2)
    return [name, (context) => ({ kind: 'set-server', context, server, scope: 'shared' })]
  },
)

export const setProxy = ofCluster(
  {
    usage: 'set-proxy CONTEXT URL|--none',
    summary: 'the proxy that kubectl reaches the cluster through',
    examples: ['ekscope set-proxy prod-admin socks5://localhost:1080 --dry-run'],
  },
  'no proxy-url: what the environment says',
  (context, proxyUrl) => ({ kind: 'set-proxy-url', context, proxyUrl, scope: 'shared' }),
)

export const setTlsServerName = ofCluster(
  {
    usage: 'set-tls-server-name CONTEXT NAME|--none',
    summary: 'the host name that the server’s certificate is for',
    examples: [
      'ekscope set-tls-server-name prod-admin 0123456789ABCDEF0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com --dry-run',
    ],
  },
  'no tls-server-name: the host of the server',
  (context, tlsServerName) => ({ kind: 'set-tls-server-name', context, tlsServerName, scope: 'shared' }),
)

export const rename = changing(
  {
    usage: 'rename CONTEXT NEW [--cascade]',
    summary: 'another name for a context; current-context follows',
    examples: ['ekscope rename stage staging', 'ekscope rename prod-ci ci --cascade'],
    help: { '--cascade': 'its user and cluster too, when no other context uses them' },
  },
  (args, command) => {
    const [old = '', name = ''] = positionalsOf(command, args, 2)
    return [old, (context) => ({ kind: 'rename-context', context, name, cascade: args.flag('cascade') })]
  },
)

export const clone = changing(
  {
    usage: 'clone CONTEXT NEW [--role ARN] [--profile NAME]',
    summary: 'a second context with a user entry of its own',
    examples: [
      'ekscope clone prod-admin prod-view --role arn:aws:iam::111122223333:role/ReadOnly',
      'ekscope clone prod-admin prod-view --profile pay-ro',
    ],
    help: {
      '--role ARN': 'the role that the clone assumes',
      '--profile NAME': 'the profile that the clone uses',
    },
  },
  (args, command) => {
    const [old = '', name = ''] = positionalsOf(command, args, 2)
    const [role, profile] = [roleOption(args, 'role'), args.text('profile')]
    const changes = { ...(role === null ? {} : { role }), ...(profile === null ? {} : { profile }) }
    return [
      old,
      (context) => ({ kind: 'clone-context', context, name, pin: null, userName: null, ...changes }),
    ]
  },
)

export const splitUser = changing(
  {
    usage: 'split-user CONTEXT [NEW-USER]',
    summary: 'a user entry of its own for a context that shares one',
    examples: ['ekscope split-user prod-us-viewer'],
  },
  (args, command) => {
    const [old = '', name = null] = positionalsOf(command, args, args.positionals.length === 2 ? 2 : 1)
    return [old, (context) => ({ kind: 'split-user', context, name })]
  },
)

export const remove: Command = {
  usage: 'delete CONTEXT… [--keep-orphans]',
  summary: 'contexts, with the users and clusters that no other context uses',
  examples: ['ekscope delete stage', 'ekscope delete dangling-user dangling-cluster --dry-run'],
  help: { '--keep-orphans': 'keep these users and clusters', ...writingHelp },
  async run(call) {
    const { positionals } = call.args
    if (positionals.length === 0) throw usedLikeThis(this)
    const opened = await openForWriting(call)
    const contexts = contextsNamed(opened.snapshot, positionals).map(({ id }) => id)
    const keepOrphans = call.args.flag('keep-orphans')
    return carryOut(call, opened, { edits: [{ kind: 'delete-contexts', contexts, keepOrphans }] })
  },
}
