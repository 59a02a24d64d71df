/** Commands that change one value of a context, or the context itself. */
import { isRoleArn, parsePrincipal } from '../../shared/identity/arn'
import { isRegion } from '../../shared/identity/regions'
import { quoted } from '../../shared/visible'
import { oneOf, UsageError } from './arguments'
import type { Command } from './command'
import { contextsNamed } from './context-named'
import {
  carryOut,
  contextAnd,
  contextIn,
  openForWriting,
  valueOrNone,
  writingHelp,
  writingOptions,
} from './writing'

const none = { none: { type: 'boolean' } } as const

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

export const setRole: Command = {
  name: 'set-role',
  usage: 'set-role CONTEXT ARN|--none',
  summary: 'the role that a context assumes',
  options: { ...writingOptions, ...none },
  help: [['--none', 'no role'], ...writingHelp],
  async run(call) {
    const [name, text] = valueOrNone(this.name, this.usage, call.args)
    const role = text === null ? null : roleFrom(text, this.name)
    const opened = await openForWriting(call)
    const { id } = contextIn(opened, name)
    return carryOut(call, opened, { edits: [{ kind: 'set-role', context: id, role, scope: 'shared' }] })
  },
}

export const setProfile: Command = {
  name: 'set-profile',
  usage: 'set-profile CONTEXT NAME|--none [--pin arg|env]',
  summary: 'the AWS profile that a context uses',
  options: { ...writingOptions, ...none, pin: { type: 'string' } },
  help: [
    ['--none', 'no profile: the identity that the environment gives'],
    ['--pin arg|env', 'by --profile or by AWS_PROFILE (default: as the entry has it, else arg)'],
    ...writingHelp,
  ],
  async run(call) {
    const [name, profile] = valueOrNone(this.name, this.usage, call.args)
    const pin = oneOf(call.args, 'pin', ['arg', 'env'])
    const opened = await openForWriting(call)
    const { id } = contextIn(opened, name)
    return carryOut(call, opened, {
      edits: [{ kind: 'set-profile', context: id, profile, pin, scope: 'shared' }],
    })
  },
}

export const setNamespace: Command = {
  name: 'set-namespace',
  usage: 'set-namespace CONTEXT NAMESPACE|--none',
  summary: 'the namespace of a context',
  options: { ...writingOptions, ...none },
  help: [['--none', 'no namespace: default'], ...writingHelp],
  async run(call) {
    const [name, namespace] = valueOrNone(this.name, this.usage, call.args)
    const opened = await openForWriting(call)
    const { id } = contextIn(opened, name)
    return carryOut(call, opened, { edits: [{ kind: 'set-namespace', context: id, namespace }] })
  },
}

export const setRegion: Command = {
  name: 'set-region',
  usage: 'set-region CONTEXT REGION',
  summary: 'the region of the command that gets the token',
  options: writingOptions,
  help: writingHelp,
  async run(call) {
    const [name = '', text = ''] = contextAnd(this.name, this.usage, call.args, 2)
    const region = regionFrom(text, this.name)
    const opened = await openForWriting(call)
    const { id } = contextIn(opened, name)
    return carryOut(call, opened, { edits: [{ kind: 'set-region', context: id, region, scope: 'shared' }] })
  },
}

export const rename: Command = {
  name: 'rename',
  usage: 'rename CONTEXT NEW [--cascade]',
  summary: 'another name for a context; current-context follows',
  options: { ...writingOptions, cascade: { type: 'boolean' } },
  help: [['--cascade', 'its user and cluster too, when no other context uses them'], ...writingHelp],
  async run(call) {
    const [old = '', name = ''] = contextAnd(this.name, this.usage, call.args, 2)
    const opened = await openForWriting(call)
    const { id } = contextIn(opened, old)
    const cascade = call.args.flag('cascade')
    return carryOut(call, opened, { edits: [{ kind: 'rename-context', context: id, name, cascade }] })
  },
}

export const clone: Command = {
  name: 'clone',
  usage: 'clone CONTEXT NEW [--role ARN] [--profile NAME]',
  summary: 'a second context with a user entry of its own',
  options: { ...writingOptions, role: { type: 'string' }, profile: { type: 'string' } },
  help: [
    ['--role ARN', 'the role that the clone assumes'],
    ['--profile NAME', 'the profile that the clone uses'],
    ...writingHelp,
  ],
  async run(call) {
    const [old = '', name = ''] = contextAnd(this.name, this.usage, call.args, 2)
    const [wanted, profile] = [call.args.text('role'), call.args.text('profile')]
    const role = wanted === null ? null : roleFrom(wanted, '--role')
    const opened = await openForWriting(call)
    const { id } = contextIn(opened, old)
    return carryOut(call, opened, {
      edits: [
        {
          kind: 'clone-context',
          context: id,
          name,
          pin: null,
          userName: null,
          ...(role === null ? {} : { role }),
          ...(profile === null ? {} : { profile }),
        },
      ],
    })
  },
}

export const splitUser: Command = {
  name: 'split-user',
  usage: 'split-user CONTEXT [NEW-USER]',
  summary: 'a user entry of its own for a context that shares one',
  options: writingOptions,
  help: writingHelp,
  async run(call) {
    const count = call.args.positionals.length === 2 ? 2 : 1
    const [context = '', name] = contextAnd(this.name, this.usage, call.args, count)
    const opened = await openForWriting(call)
    const { id } = contextIn(opened, context)
    return carryOut(call, opened, { edits: [{ kind: 'split-user', context: id, name: name ?? null }] })
  },
}

export const remove: Command = {
  name: 'delete',
  usage: 'delete CONTEXT… [--keep-orphans]',
  summary: 'contexts, with the users and clusters that no other context uses',
  options: { ...writingOptions, 'keep-orphans': { type: 'boolean' } },
  help: [['--keep-orphans', 'keep these users and clusters'], ...writingHelp],
  async run(call) {
    const { positionals } = call.args
    if (positionals.length === 0)
      throw new UsageError(`“ekscope delete” is used like this: ekscope ${this.usage}`)
    const opened = await openForWriting(call)
    const contexts = contextsNamed(opened.snapshot, positionals).map(({ id }) => id)
    const keepOrphans = call.args.flag('keep-orphans')
    return carryOut(call, opened, { edits: [{ kind: 'delete-contexts', contexts, keepOrphans }] })
  },
}
