/** `ekscope production`: what is marked as production, and marks it by name or by pattern. */

import { lineOf } from '../../shared/audit/expect-file'
import { plural } from '../../shared/counted'
import {
  type GivenMark,
  isSameMark,
  markKinds,
  markOf,
  markText,
  type ProductionMark,
} from '../../shared/identity/production'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import { quoted, visible } from '../../shared/visible'
import { effectiveContexts } from '../report/row-json'
import { oneOf, UsageError } from './arguments'
import { type Command, type CommandCall, orThrow, print } from './command'
import { contextsNamed } from './contexts-by-name'
import { sentence, shortened, table } from './output'
import { demandName } from './production-guard'
import { readExpectFile } from './read-expect-file'

const unattended = ['go-on', 'refuse'] as const

export const production: Command = {
  usage:
    'production [CONTEXT…] [--pattern P]… [--cluster P]… [--account P]… [--expect FILE] [--none], production --without-terminal go-on|refuse',
  summary: 'lists what is marked as production, or marks it: what uses or changes that asks for its name',
  examples: [
    'ekscope production',
    'ekscope production prod-admin',
    "ekscope production --pattern 'prod-*' --account 111122223333",
    "ekscope production --pattern 'prod-*' --none",
  ],
  help: {
    '--pattern P': 'contexts by name; * is any run of characters',
    '--cluster P': 'contexts of clusters, by name, ARN or cluster entry',
    '--account P': 'contexts of clusters in an AWS account, by its number',
    '--expect FILE': 'the contexts that this expect file calls production',
    '--none': 'these marks are taken back',
    '--without-terminal go-on|refuse':
      'where nobody can type the name: go on and say so (the default), or end with 3',
  },
  async run(call) {
    const { args } = call
    const all = await call.reading()
    const { settings, kubeconfig } = all
    const snapshot = await kubeconfig.load()
    const none = args.flag('none')
    const before = orThrow(await settings.read()).production
    const marks = await asked(call, snapshot, none ? before : null)
    const without = oneOf(args, 'without-terminal', unattended)
    if (none && marks.length === 0) throw new UsageError('--none takes the marks as well that are taken back')
    const changed = marks.filter((mark) => before.some((one) => isSameMark(one, mark)) === none)
    // Of one that is not understood, the text in the file is its name.
    if (none)
      await demandName(
        call,
        settings,
        changed.map(({ pattern }) => pattern),
      )
    if (changed.length > 0) orThrow(await settings.markProduction(changed, !none))
    if (without !== null) orThrow(await settings.save({ key: 'unattended', value: without }))

    const { production: now, unattended: does } = await settings.load()
    const known = (await all.identities.of(args.globals.environment, { fingerprints: false })).contexts
    const meantOf = new Map(known.map(({ context, meant }) => [context, meant]))
    const markable = effectiveContexts(snapshot).map(({ id, name, cluster }) => ({
      name,
      entry: cluster,
      meant: meantOf.get(id) ?? null,
    }))
    const fitting = (mark: ProductionMark) =>
      markable.flatMap((one) => (markOf([mark], one) === null ? [] : [one.name]))
    const document = {
      marks: now.map((mark) => ({ ...mark, contexts: fitting(mark) })),
      contexts: markable.flatMap((one) => (markOf(now, one) === null ? [] : [one.name])),
      withoutTerminal: does,
    }
    const isChange = marks.length > 0 || without !== null
    await print(
      call,
      document,
      (shown) => {
        if (!isChange) return `${listed(document.marks, shown)}${withoutTerminal[does]}\n`
        const lines = marks.map((mark) => {
          const said = !changed.includes(mark)
            ? none
              ? 'was not production'
              : 'is production already'
            : none
              ? 'no longer production'
              : 'production'
          return `${said}: ${saying(mark)} (${plural(fitting(mark).length, 'context')})\n`
        })
        return `${lines.join('')}${without === null ? '' : `${withoutTerminal[does]}\n`}`
      },
      isChange ? 'report' : 'out',
    )
    // What another mark still holds is not what the user wanted.
    const held = none ? markable.filter((one) => marks.some((mark) => markOf([mark], one) !== null)) : []
    for (const one of held) {
      const by = markOf(now, one)
      if (by !== null)
        await call.terminal.err(sentence(`${quoted(one.name)} is still production, by ${saying(by)}.`))
    }
    return 0
  },
}

/** The marks that the words are about. */
async function asked(
  { args, pathOf, signal }: CommandCall,
  snapshot: Snapshot,
  /** The marks of which some are taken back; null: these are added. */
  now: readonly ProductionMark[] | null,
): Promise<readonly ProductionMark[]> {
  const names =
    now !== null ? args.positionals : contextsNamed(snapshot, args.positionals).map(({ name }) => name)
  const file = args.text('expect')
  const expected = file === null ? null : await readExpectFile(pathOf(file), signal)
  const called =
    expected === null
      ? []
      : effectiveContexts(snapshot).flatMap(({ name }) => (lineOf(expected, name)?.production ? [name] : []))
  const words: readonly (readonly [GivenMark['kind'], readonly string[]])[] = [
    ['context', [...names, ...called, ...args.texts('pattern')]],
    ['cluster', args.texts('cluster')],
    ['account', args.texts('account')],
  ]
  return words.flatMap(([kind, patterns]) =>
    [...new Set(patterns)].map((pattern) => {
      const isUnread =
        kind === 'context' && (now ?? []).some((one) => one.kind === 'unread' && one.pattern === pattern)
      if (isUnread) return { kind: 'unread', pattern }
      if (pattern === '' || pattern.length > 512)
        throw new UsageError(`a mark of production is a name or pattern of 1 to 512 characters`)
      if (kind === 'account' && !/^[\d*]+$/.test(pattern))
        throw new UsageError(`--account takes the number of an account, not ${quoted(pattern)}`)
      return { kind, pattern }
    }),
  )
}

const saying = (mark: ProductionMark): string => visible(markText(mark))

const withoutTerminal = {
  'go-on': 'Without a terminal to ask in, commands go on and say so.',
  refuse: 'Without a terminal to ask in, commands on production end with 3.',
} as const

const listed = (
  marks: readonly (ProductionMark & { readonly contexts: readonly string[] })[],
  shown: Parameters<typeof table>[2],
): string =>
  marks.length === 0
    ? 'Nothing is marked as production.\n'
    : table(
        ['MARK', 'NAME OR PATTERN', 'CONTEXTS'],
        marks.map(({ kind, pattern, contexts }) => [
          markKinds[kind],
          pattern,
          contexts.length === 0 ? '(none)' : shortened(contexts).join(', '),
        ]),
        shown,
      )
