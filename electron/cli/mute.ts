/** `ekscope mute` and `unmute`: findings that are known and meant to stay. */
import { isSameMute, type Mute, mutedContext } from '../../shared/audit/muted'
import { type FindingId, findingIds } from '../../shared/findings/finding-rules'
import { quoted, visible } from '../../shared/visible'
import { UsageError, usedLikeThis } from './arguments'
import { type Command, type CommandCall, orThrow, print } from './command'
import { contextsNamed } from './context-named'
import { table } from './output'

const isId = (word: string): word is FindingId => findingIds.some((id) => id === word)

/** The mutes that the words are about: of an id everywhere, or in these contexts. */
async function meant(
  { args, reading }: CommandCall,
  command: Command,
): Promise<readonly Pick<Mute, 'id' | 'context'>[]> {
  const [id, ...names] = args.positionals
  if (id === undefined) throw usedLikeThis(command)
  if (!isId(id))
    throw new UsageError(`there is no finding ${quoted(id)}: \`ekscope lint\` names those that there are`)
  if (names.length === 0) return [{ id, context: null }]
  const { kubeconfig } = await reading()
  return contextsNamed(await kubeconfig.load(), names).map((entry) => ({ id, context: mutedContext(entry) }))
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
    const about = await meant(call, this)
    if (reason === null || reason.trim() === '')
      throw new UsageError('“ekscope mute” takes the reason as well: --reason TEXT')
    const made = about.map((one): Mute => ({ ...one, reason, at: Date.now() }))
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
    const { mutes } = await call.reading()
    const about = await meant(call, this)
    const all = await mutes.load()
    const gone = all.filter((one) => about.some((other) => isSameMute(one, other)))
    if (gone.length > 0) orThrow(await mutes.remove(gone))
    await print(
      call,
      { unmuted: gone.map(json) },
      () =>
        gone.length === 0
          ? 'That is not muted.\n'
          : gone.map((one) => `no longer muted: ${saying(one)}\n`).join(''),
      'report',
    )
    return 0
  },
}

const json = ({ id, context, reason, at }: Mute) => ({
  id,
  context: context?.name ?? null,
  file: context?.file ?? null,
  reason,
  at: new Date(at).toISOString(),
})

const saying = ({ id, context }: Pick<Mute, 'id' | 'context'>): string =>
  context === null ? id : `${id} in ${visible(context.name)}`

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
