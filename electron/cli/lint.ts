/** `ekscope lint`: what is wrong or risky in the contexts and their files, from files and environment alone. */

import { allFindingsNow, judgedContexts } from '../../shared/audit/judged'
import type { Severity } from '../../shared/findings/define-rule'
import { type FindingScope, linesOf, scopeOf } from '../../shared/findings/finding-kinds'
import { type Finding, fixOf, fixOfFile, notMadeYet } from '../../shared/findings/finding-rules'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { ContextEntry, EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { offer } from '../system/offer'
import { oneOf } from './arguments'
import { type Command, print, type Reading } from './command'
import { contextsNamed } from './context-named'
import { notLookedAt } from './looked-at'
import { aloneOrAll, counted, painted, sentence } from './output'
import { nameOverwritten } from './overwritten'

const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[]

export const lint: Command = {
  usage: 'lint [CONTEXT…] [--fail-on error|warning|info]',
  summary: 'what is wrong or risky, with what to do about it; asks neither AWS nor a cluster',
  examples: ['ekscope lint', 'ekscope lint --fail-on warning --json'],
  help: {
    '--fail-on SEVERITY': 'exit status 1 from this severity on: error (the default), warning, info',
    'not looked for': notMadeYet.join(', '),
  },
  async run(call) {
    const { args, terminal } = call
    const failOn = oneOf(args, 'fail-on', severities) ?? 'error'
    const all = await call.reading()
    const snapshot = await all.kubeconfig.load()
    await nameOverwritten(call.terminal, all)
    const chosen =
      args.positionals.length === 0 ? snapshot.contexts : contextsNamed(snapshot, args.positionals)
    const error = notLookedAt(snapshot, chosen.length, true)
    const { contexts, findings } = await findingsOf(all, snapshot, args.globals.environment)
    const about = args.positionals.length === 0 ? findings : findingsAbout(chosen, findings)
    const byId = new Map(contexts.map((identity) => [identity.context, identity]))
    const isFixable = ({ contexts: of, file, ...finding }: Finding): boolean => {
      const whole = snapshot.files.find(({ path }) => path === file)
      return of.length === 0
        ? whole !== undefined && fixOfFile(finding.id, whole) !== null
        : of.some((context) => {
            const identity = byId.get(context)
            return identity !== undefined && fixOf(finding, { ...identity, id: context }) !== null
          })
    }
    const sorted = severities.flatMap((severity) => about.filter((one) => one.severity === severity))
    const names = namesIn(snapshot)
    const lineOf = linesOf(snapshot)
    const found = sorted.map((finding) => ({
      id: finding.id,
      severity: finding.severity,
      contexts: names(finding.contexts),
      file: finding.file,
      line: lineOf(finding),
      scope: scopeOf(finding.id),
      message: finding.message,
      fix: finding.advice,
      fixable: isFixable(finding),
    }))
    const document = { findings: found, ...(error === null ? {} : { error }) }
    await print(call, document, ({ colours }) => text(found, chosen.length, colours))
    if (error !== null) {
      await terminal.err(sentence(error.message, error.next))
      return 3
    }
    const failing = severities.slice(0, severities.indexOf(failOn) + 1)
    return about.some(({ severity }) => failing.includes(severity)) ? 1 : 0
  },
}

/** The findings that hold, by files, environment and the checks that are kept. */
async function findingsOf(
  { identities, checker, settings }: Reading,
  snapshot: Snapshot,
  environment: EnvironmentName,
) {
  const [kept, { staleHours }] = await Promise.all([checker.kept(), settings.load()])
  const checks = kept.filter((check) => check.environment === environment)
  const printed = new Set(checks.map(({ context }) => context))
  const { contexts, findings } = await identities.of(environment, { fingerprints: printed })
  const ground = { now: Date.now(), staleHours, snapshot, identities: contexts, findings, checks }
  return { contexts, findings: allFindingsNow(judgedContexts(ground).contexts, findings) }
}

/** Those of these contexts, and those of their files. */
function findingsAbout(chosen: readonly ContextEntry[], findings: readonly Finding[]): readonly Finding[] {
  const ids = new Set(chosen.map(({ id }) => id))
  const files = new Set(chosen.map(({ origin }) => origin.file))
  return findings.filter(({ contexts, file }) =>
    contexts.length === 0 ? files.has(file) : contexts.some((id) => ids.has(id)),
  )
}

/** The names of contexts, in the order of the files. */
function namesIn(snapshot: Snapshot): (contexts: readonly EntryId[]) => readonly string[] {
  const places = new Map(snapshot.contexts.map(({ id, name }, at) => [id, { name, at }]))
  return (contexts) =>
    [...new Set(contexts)]
      .flatMap((id) => places.get(id) ?? [])
      .sort((one, other) => one.at - other.at)
      .map(({ name }) => name)
}

interface Found extends Pick<Finding, 'id' | 'severity' | 'file' | 'message'> {
  readonly contexts: readonly string[]
  readonly line: number | null
  readonly scope: FindingScope
  readonly fix: Finding['advice']
  readonly fixable: boolean
}

const tones = { error: 'bad', warning: 'doubtful', info: null } as const

function text(found: readonly Found[], contexts: number, colours: boolean): string {
  const lines = found.map(({ id, severity, contexts: names, file, line, message, fix, fixable }) => {
    const place = line === null ? file : `${file}:${line}`
    const about = names.length === 0 ? place : `${aloneOrAll(names)} (${place})`
    const mend = fixable ? ` (${offer('ekscope', 'fix', id).command})` : ''
    return `${painted(severity, tones[severity], colours)} ${id}: ${visible(about)}\n  ${visible(message)}\n${fix === null ? '' : `  ${visible(fix)}${mend}\n`}`
  })
  const count = (severity: Severity, one: string) =>
    counted(found.filter((finding) => finding.severity === severity).length, one)
  const of = `in ${counted(contexts, 'context')}`
  return found.length === 0
    ? `Nothing found ${of}.\n`
    : `${lines.join('')}\n${count('error', 'error')}, ${count('warning', 'warning')}, ${count('info', 'note')} ${of}.\n`
}
