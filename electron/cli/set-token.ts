/** `ekscope set-token`: contexts get their token by `ekscope token`, or by aws again. */
import type { Edit } from '../../shared/edits/edit'
import { lookUp } from '../system/look-path'
import { oneOf, UsageError, usedLikeThis } from './arguments'
import { type Command, type CommandCall, Refusal } from './command'
import { contextsNamed } from './contexts-by-name'
import { tryHelp } from './trying'
import { carryOut, type OpenedFiles, openForWriting, writingHelp } from './writing'

export const setToken: Command = {
  usage: 'set-token CONTEXT… --by ekscope|aws [--path]',
  summary: 'who makes the tokens of contexts: ekscope token, in a tenth of the time, or aws',
  examples: [
    'ekscope set-token prod-admin prod-readonly --by ekscope',
    'ekscope set-token prod-admin --by aws --dry-run',
  ],
  help: {
    '--by ekscope|aws':
      'ekscope: where both are run and the same identity is proven, the others stay; aws: what was written before, to the byte',
    '--path': 'the path that PATH gives for it, in place of the name',
    ...tryHelp,
    ...writingHelp,
  },
  async run(call) {
    const { args } = call
    const by = oneOf(args, 'by', ['ekscope', 'aws'])
    if (args.positionals.length === 0 || by === null) throw usedLikeThis(this)
    if (by === 'aws' && args.flag('path')) throw new UsageError('--path goes with --by ekscope')
    const opened = await openForWriting(call)
    const command = by === 'aws' ? null : await ekscopeOn(call, opened)
    const edits = contextsNamed(opened.snapshot, args.positionals).map(
      ({ id }): Edit => ({ kind: 'set-token-by', context: id, by: command, scope: 'shared' }),
    )
    return carryOut(call, opened, { edits })
  },
}

/** The command to write: what kubectl would find. */
async function ekscopeOn({ args }: CommandCall, { services }: OpenedFiles): Promise<string> {
  // A dry run shows what would be written, wherever it is made.
  if (args.flag('dry-run') && !args.flag('path')) return 'ekscope'
  const { variables } = await services.environments.of(args.globals.environment)
  const found = await lookUp('ekscope', variables)
  if (found.kind !== 'found')
    throw new Refusal({
      code: 'command-not-found',
      message: 'Ekscope’s command is not on PATH, so kubectl would not find it.',
      next: 'Put its folder on PATH, for each shell and program that runs kubectl.',
    })
  const [doubt] = found.doubts
  if (doubt) throw new Refusal({ message: `${doubt.reason}.`, next: doubt.remedy })
  return args.flag('path') ? found.path : 'ekscope'
}
