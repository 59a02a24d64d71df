/** `ekscope expect`: which identity a context should have. */
import type { Edit } from '../../shared/edits/edit'
import { type Expected, expectedPrincipal, sameExpected } from '../../shared/identity/expected'
import type { Check } from '../../shared/identity/identity'
import type { ContextEntry, EntryId } from '../../shared/kubeconfig/entries'
import { quoted, visible } from '../../shared/visible'
import { json } from '../report/json-text'
import { UsageError, usedLikeThis } from './arguments'
import { type Command, type CommandCall, type ExitStatus, orThrow, print, Refusal } from './command'
import { contextsNamed } from './contexts-by-name'
import { sentence, shortened, table } from './output'
import { writeExpectFile } from './write-expect-file'
import {
  carryOut,
  type Doubt,
  exactPositionals,
  type OpenedFiles,
  openForWriting,
  writingHelp,
} from './writing'

export const expecting: Command = {
  usage:
    'expect CONTEXT ARN, expect CONTEXT… --none, expect CONTEXT… --proven [--yes], expect --write FILE [CONTEXT…]',
  summary: 'whom a context should be: AWS must prove just this for it to be verified',
  examples: [
    'ekscope expect prod-admin arn:aws:iam::111122223333:role/Admin',
    'ekscope expect prod-admin --proven --yes',
    'ekscope expect prod-admin --none',
  ],
  help: {
    '--none': 'no identity in particular: what the entry itself names counts again',
    '--proven': 'whom AWS proves each context to be now; shown, and asked about, before it is written',
    '--yes': 'do not ask',
    '--write FILE':
      'a file for lint and whoami (--expect) of what is expected or was proven; replaces only such a file',
    ...writingHelp,
  },
  async run(call) {
    const { args } = call
    const file = args.text('write')
    if (file !== null) {
      if (args.flag('none') || args.flag('proven'))
        throw new UsageError(
          '--write excludes --none and --proven: it changes what is expected of no context',
        )
      return writeExpectFile(call, file)
    }
    const [none, proven] = [args.flag('none'), args.flag('proven')]
    if (none && proven) throw new UsageError('--none and --proven exclude each other')
    if (args.flag('yes') && !proven) throw new UsageError('--yes belongs to --proven: nothing else asks')
    const typed = none || proven ? null : typedPrincipal(this, call)
    const names = typed === null ? args.positionals : [typed.context]
    if (names.length === 0) throw usedLikeThis(this)
    const opened = await openForWriting(call)
    const contexts = contextsNamed(opened.snapshot, names)
    const known = await opened.services.identities.of(args.globals.environment, { fingerprints: false })
    const before = new Map(known.contexts.map(({ context, expected }) => [context, expected]))
    const wish = (entry: ContextEntry, principal: string | null): Wish => {
      return { entry, was: before.get(entry.id) ?? null, principal }
    }
    if (!proven) {
      const wishes = contexts.map((entry) => wish(entry, typed?.principal ?? null))
      return write(call, opened, wishes, [])
    }
    const { found, problems } = await provenNow(call, opened, contexts)
    const wishes = found.map(({ entry, principal }) => wish(entry, principal))
    for (const { context, message, next } of problems)
      await call.terminal.err(sentence(`${context} is left out: ${message}`, next))
    const [first] = problems
    if (wishes.length === 0 && first) throw new Refusal(first)
    await agreed(call, wishes)
    const status = await write(call, opened, wishes, problems)
    return problems.length > 0 ? 3 : status
  },
}

function typedPrincipal(command: Command, { args }: CommandCall) {
  const [context = '', arn = ''] = exactPositionals(command, args, 2)
  const principal = expectedPrincipal(arn)
  if (principal !== null) return { context, principal }
  throw new UsageError(
    `“ekscope expect” takes the ARN of a role or user, such as arn:aws:iam::123456789012:role/Name, not ${quoted(arn)}`,
  )
}

interface Wish {
  readonly entry: ContextEntry
  /** The identity expected until now. */
  readonly was: Expected | null
  /** Null: no identity in particular. */
  readonly principal: string | null
}

interface LeftOut extends Doubt {
  readonly context: string
  readonly code: string
}

/** The identity that AWS proves for each of them now. Commands that are not allowed do not run. */
async function provenNow(
  { args, signal }: CommandCall,
  { services }: OpenedFiles,
  contexts: readonly ContextEntry[],
) {
  const checks = new Map<EntryId, Check>()
  await services.checker.run(
    {
      contexts: contexts.map(({ id }) => id),
      environment: args.globals.environment,
      onCheck: (check) => checks.set(check.context, check),
    },
    signal,
  )
  if (signal.aborted)
    throw new Refusal({
      code: 'cancelled',
      message: 'interrupted: nothing was written.',
      next: 'Run the command again.',
    })
  const found: { readonly entry: ContextEntry; readonly principal: string }[] = []
  const problems: LeftOut[] = []
  for (const entry of contexts) {
    const check = checks.get(entry.id)
    const principal = check?.proven ? expectedPrincipal(check.proven.canonicalArn) : null
    // The cluster saw another identity for the same token: it is not known which it is.
    const doubtful = check?.problem?.code === 'seen-differs' ? check.problem : null
    if (principal !== null && doubtful === null) found.push({ entry, principal })
    else problems.push({ context: entry.name, ...(doubtful ?? check?.problem ?? unproven) })
  }
  return { found, problems }
}

const unproven = {
  code: 'not-proven',
  message: 'AWS does not say who the context is.',
  next: '`ekscope whoami` says why.',
}

/** Shows which identities these would be, and asks where there is a terminal. */
async function agreed({ args, terminal }: CommandCall, wishes: readonly Wish[]): Promise<void> {
  if (args.flag('yes') || args.flag('dry-run')) return
  const rows = wishes.map(({ entry, was, principal }) => [
    entry.name,
    principal ?? '',
    sameExpected(was?.principal ?? null, principal) ? 'as before' : (was?.principal ?? ''),
  ])
  await terminal.err(table(['CONTEXT', 'EXPECTED FROM NOW ON', 'UNTIL NOW'], rows))
  if (terminal.confirm === null)
    throw new Refusal({
      code: 'not-allowed',
      message: 'nothing was written, because Ekscope has no terminal to ask in.',
      next: 'Add --yes if these are the identities that you mean.',
    })
  if (!(await terminal.confirm('Expect these from now on?')))
    throw new Refusal({
      code: 'not-allowed',
      message: 'nothing was written.',
      next: 'To expect another identity, name its ARN: ekscope expect CONTEXT ARN',
    })
}

/** Writes it into the files as an edit, and into the data folder as the user's expectation, which outlives writes of others. */
async function write(
  call: CommandCall,
  opened: OpenedFiles,
  wishes: readonly Wish[],
  problems: readonly LeftOut[],
): Promise<ExitStatus> {
  const { args, terminal } = call
  const { expectations } = opened.services
  const changes = wishes.filter(({ entry, principal }) => !sameExpected(entry.expected, principal))
  const edits = changes.map(
    ({ entry, principal }): Edit => ({ kind: 'set-expected', context: entry.id, principal }),
  )
  const expected = wishes.map(({ entry, was, principal }) => ({
    context: entry.name,
    principal,
    was: was?.principal ?? null,
  }))
  const more = { expected, ...(args.flag('proven') ? { problems } : {}) }
  const unchanged = wishes.filter(
    ({ entry, was, principal }) =>
      !changes.some((one) => one.entry === entry) &&
      !(principal === null ? was === null : was?.by === 'here' && sameExpected(was.principal, principal)),
  )
  const words = wishes.map(({ entry: { origin, name, cluster }, principal }) => ({
    file: origin.file,
    context: name,
    cluster,
    principal,
  }))
  const remember = async () => orThrow(await expectations.give(words))
  if (edits.length > 0 || unchanged.length === 0) {
    if (args.flag('dry-run')) return carryOut(call, opened, { edits, more })
    const kept = await remember()
    try {
      return await carryOut(call, opened, { edits, more })
    } catch (error) {
      await kept.notWritten()
      throw error
    }
  }
  // The files say so already, or say nothing: only the stored expectation changes.
  const lines = unchanged.map(({ entry, was, principal }) => {
    const line = `${entry.name}: expected identity ${was?.principal ?? '(none)'} → ${principal ?? '(none)'}`
    return `${line}${entry.expected === null ? '' : ' (as its file says)'}`
  })
  const nothing = { files: [], alsoChanges: [], currentContext: null, warnings: [] }
  if (args.flag('dry-run')) {
    if (args.globals.json) await terminal.out(json({ ...nothing, ...more }))
    for (const line of shortened(lines)) await terminal.err(`${visible(line)}\n`)
    await terminal.err('No file would change: this is kept in Ekscope’s own folder.\n')
    return 0
  }
  await remember()
  await print(
    call,
    { written: false, id: null, changes: [], ...nothing, takenBack: [], ...more },
    () =>
      [...shortened(lines), 'no file changed: this is kept in Ekscope’s own folder']
        .map((line) => `${visible(line)}\n`)
        .join(''),
    'report',
  )
  return 0
}
