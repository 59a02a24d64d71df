/** `ekscope lint`: what is wrong or risky in the contexts and their files, from files and environment alone. */

import type { Severity } from '../../shared/findings/define-rule'
import { type FindingScope, linesOf, scopeOf } from '../../shared/findings/finding-kinds'
import { type Finding, fixOf, fixOfFile, notMadeYet } from '../../shared/findings/finding-rules'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { offer } from '../system/offer'
import { oneOf } from './arguments'
import { type Command, print } from './command'
import { aloneOrAll, counted, painted, sentence } from './output'
import { nameOverwritten } from './overwritten'

const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[]

export const lint: Command = {
  usage: 'lint [--fail-on error|warning|info]',
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
    const missing = snapshot.files.flatMap(({ problems }) => problems).find(({ code }) => code === 'missing')
    if (missing && args.globals.kubeconfig !== null) {
      await terminal.err(sentence(missing.message, missing.next))
      return 3
    }
    const { contexts, findings } = await all.identities.of(args.globals.environment, { fingerprints: false })
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
    const sorted = severities.flatMap((severity) => findings.filter((one) => one.severity === severity))
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
    await print(call, { findings: found }, ({ colours }) => text(found, snapshot.contexts.length, colours))
    const failing = severities.slice(0, severities.indexOf(failOn) + 1)
    return findings.some(({ severity }) => failing.includes(severity)) ? 1 : 0
  },
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
