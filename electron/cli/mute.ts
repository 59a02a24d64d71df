/** `ekscope mute` and `unmute`: findings that are known and meant to stay. */
import { isSameMute, type Mute, type MuteOf, mostReason, mutedContext } from '../../shared/audit/muted'
import { counted } from '../../shared/counted'
import { type FindingId, isFindingId } from '../../shared/findings/finding-rules'
import { quoted, visible } from '../../shared/visible'
import { effectiveContexts } from '../report/row-json'
import { offer } from '../system/offer'
import { UsageError, usedLikeThis } from './arguments'
import { type Command, type CommandCall, orThrow, print, type Reading } from './command'
import { contextsNamed } from './contexts-by-name'
import { aloneOrAll, table } from './output'

/** The id that the words begin with, and the names after it. */
function idAnd({ args }: CommandCall, command: Command): readonly [FindingId, readonly string[]] {
  const [id, ...names] = args.positionals
  if (id === undefined) throw usedLikeThis(command)
  if (!isFindingId(id))
    throw new UsageError(`there is no finding ${quoted(id)}: \`ekscope lint\` names those that there are`)
  return [id, names]
}

export const mute: Command = {
  usage: 'mute [ID [CONTEXT…] --reason TEXT]',
  summary: 'lists findings that are muted, or mutes one: everywhere, or in these contexts',
  examples: ['ekscope mute', 'ekscope mute unpinned vault --reason "the jump host pins it"'],
  help: { '--reason TEXT': 'why it may stay: shown wherever the finding is' },
  async run(call) {
    const { mutes } = await call.reading()
    const reason = call.args.text('reason')
    if (call.args.positionals.length === 0 && reason === null) {
      const all = await mutes.load()
      const none = 'Nothing is muted.\n'
      await print(call, { muted: all.map(json) }, () => (all.length === 0 ? none : shown(all)))
      return 0
    }
    const [id, names] = idAnd(call, this)
    if (reason === null || reason.trim() === '')
      throw new UsageError('“ekscope mute” takes the reason as well: --reason TEXT')
    if (reason.length > mostReason)
      throw new UsageError(
        `the reason has ${counted(reason.length)} characters: at most ${counted(mostReason)} fit`,
      )
    const { kubeconfig } = await call.reading()
    const about =
      names.length === 0 ? [null] : contextsNamed(await kubeconfig.load(), names).map(mutedContext)
    const made = about.map((context): Mute => ({ id, context, reason, at: Date.now() }))
    orThrow(await mutes.add(made))
    await print(
      call,
      { muted: made.map(json) },
      () => made.map((one) => `muted: ${saying(one)}\n`).join(''),
      'report',
    )
    return 0
  },
}

export const unmute: Command = {
  usage: 'unmute ID [CONTEXT…]',
  summary: 'findings that are muted count again',
  examples: ['ekscope unmute unpinned vault'],
  async run(call) {
    const [id, names] = idAnd(call, this)
    const { mutes, kubeconfig } = await call.reading()
    const all = (await mutes.load()).filter((one) => one.id === id)
    const of = await namedIn(all, names, kubeconfig)
    if (of.length > 0) orThrow(await mutes.remove(of))
    await print(
      call,
      { unmuted: of.map(json) },
      () =>
        of.length === 0
          ? notMuted(id, names, all)
          : of.map((one) => `no longer muted: ${saying(one)}\n`).join(''),
      'report',
    )
    return 0
  },
}

/** Those everywhere, or those in these contexts: also in one that went, or that leads elsewhere since. */
async function namedIn(
  all: readonly Mute[],
  names: readonly string[],
  kubeconfig: Pick<Reading['kubeconfig'], 'load'>,
): Promise<readonly Mute[]> {
  if (names.length === 0) return all.filter(({ context }) => context === null)
  const snapshot = await kubeconfig.load()
  return names.flatMap((name) => {
    const byName = all.filter(({ context }) => context?.name === name)
    if (byName.length === 0) contextsNamed(snapshot, [name])
    const own = effectiveContexts(snapshot)
      .filter((entry) => entry.name === name)
      .map(mutedContext)
    const same = byName.filter((one) => own.some((context) => isSameMute(one, { id: one.id, context })))
    return same.length > 0 ? same : byName
  })
}

/** Where it is muted instead, and how that ends. */
function notMuted(id: FindingId, names: readonly string[], all: readonly Mute[]): string {
  const where = names.length === 0 ? 'everywhere' : `in ${aloneOrAll(names)}`
  if (all.length === 0) return `${id} is not muted.\n`
  const lines = all.map((one) => {
    const words = one.context === null ? [] : [one.context.name]
    return `  ${visible(saying(one))}: ${offer('ekscope', 'unmute', id, ...words).command}\n`
  })
  return `${id} is not muted ${where}, but there it is:\n${lines.join('')}`
}

const json = ({ id, context, reason, at }: Mute) => ({
  id,
  context: context?.name ?? null,
  file: context?.file ?? null,
  reason,
  at: new Date(at).toISOString(),
})

const saying = ({ id, context }: MuteOf): string =>
  context === null ? `${id} everywhere` : `${id} in ${visible(context.name)}`

const shown = (all: readonly Mute[]): string =>
  table(
    ['FINDING', 'CONTEXT', 'SINCE', 'REASON'],
    all.map(({ id, context, reason, at }) => [
      id,
      context?.name ?? '(all)',
      new Date(at).toISOString().slice(0, 10),
      reason,
    ]),
  )
