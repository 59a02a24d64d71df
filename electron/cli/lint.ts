/** `ekscope lint`: what is wrong or risky in the contexts and their files, from files and environment alone. */

import { expectFindings, mutedBy } from '../../shared/audit/expect-file'
import { mutedHere } from '../../shared/audit/muted'
import { isoOf } from '../../shared/audit/report'
import { plural } from '../../shared/counted'
import type { Severity } from '../../shared/findings/define-rule'
import { bySeverity, findingsAbout, linesOf, scopeOf } from '../../shared/findings/finding-kinds'
import { type Finding, fixOf, fixOfFile } from '../../shared/findings/finding-rules'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { json } from '../report/json-text'
import { findingsOfClusters } from '../state/clusters-shown'
import { offer } from '../system/offer'
import { oneOf, UsageError } from './arguments'
import { askedOnline } from './asked-online'
import { type Command, interrupted, print } from './command'
import { contextsNamed } from './contexts-by-name'
import type { Linted, LintedFinding } from './formats/linted'
import { judgedNow } from './judged-contexts'
import { notLookedAt } from './nothing-to-judge'
import { aloneOrAll, coloured, sentence } from './output'
import { nameOverwritten } from './overwritten'
import { readExpectFile } from './read-expect-file'

const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[]

export const lint: Command = {
  usage:
    'lint [CONTEXT…] [--online] [--fail-on error|warning|info] [--format text|github|sarif|junit] [--expect FILE]',
  summary:
    'what is wrong or risky, with what to do about it; without --online it asks neither AWS nor a cluster',
  examples: [
    'ekscope lint',
    'ekscope lint --fail-on warning --json',
    'ekscope lint --expect expect.yaml --format sarif',
  ],
  help: {
    '--fail-on SEVERITY': 'exit status 1 from this severity on: error (the default), warning, info',
    '--format FORMAT': 'text (the default), github (annotations), sarif (2.1.0), junit',
    '--expect FILE': 'also what this file expects of the contexts: docs/ci.md says what it is',
    '--online':
      'ask AWS anew about the clusters: stale-cluster, cluster-gone, service-role, no-access-entry; no token goes to a cluster',
  },
  async run(call) {
    const { args, terminal } = call
    const failOn = oneOf(args, 'fail-on', severities) ?? 'error'
    const format = oneOf(args, 'format', formats) ?? 'text'
    if (format !== 'text' && args.globals.json)
      throw new UsageError(`--json and --format ${format} ask for two forms: give one of them`)
    const named = args.text('expect')
    const expected = named === null ? null : await readExpectFile(call.pathOf(named), call.signal)
    const services = args.flag('online') ? await call.services() : null
    const all = services ?? (await call.reading())
    const snapshot = await all.kubeconfig.load()
    await nameOverwritten(call.terminal, all)
    const chosen =
      args.positionals.length === 0 ? snapshot.contexts : contextsNamed(snapshot, args.positionals)
    const ids = new Set(chosen.map(({ id }) => id))
    const { environment } = args.globals
    const online = services && (await askedOnline(call, services, environment, ids))
    if (call.signal.aborted)
      return interrupted(call, 'interrupted: not every cluster was asked.', 'Run the command again.')
    const error = notLookedAt(snapshot, chosen.length, true) ?? (online && notAsked(online))
    const { contexts, judged, owners, findings } = await judgedNow(all, snapshot, environment)
    const whole = args.positionals.length === 0
    // What this process asked just now is kept, and else what was answered before.
    const fromAws = services?.clusters ?? { ...all.trees, answers: new Map() }
    const known = [...findings, ...(await findingsOfClusters(fromAws, environment))]
    const about = [
      ...(whole
        ? known
        : findingsAbout(
            known,
            chosen.map(({ id, origin }) => ({ id, file: origin.file })),
          )),
      ...(expected === null
        ? []
        : expectFindings(
            expected,
            judged.filter(({ entry }) => ids.has(entry.id)),
            owners,
            { proof: false, whole },
          )),
    ]
    const byId = new Map(contexts.map((identity) => [identity.context, identity]))
    const isFixable = ({ contexts: about, file, ...finding }: Finding): boolean => {
      const inFile = snapshot.files.find(({ path }) => path === file)
      return about.length === 0
        ? inFile !== undefined && fixOfFile(finding.id, inFile) !== null
        : about.some((context) => {
            const identity = byId.get(context)
            return identity !== undefined && fixOf(finding, { ...identity, id: context }) !== null
          })
    }
    const sorted = [...about].sort(bySeverity)
    const names = namesIn(snapshot)
    const nameById = new Map(snapshot.contexts.map(({ id, name }) => [id, name]))
    const nameOf = (id: EntryId) => nameById.get(id) ?? null
    const lineOf = linesOf(snapshot)
    const isMutedHere = mutedHere(await all.mutes.load(), snapshot.contexts)
    const found = sorted.map((finding) => ({
      id: finding.id,
      severity: finding.severity,
      contexts: names(finding.contexts),
      file: finding.file,
      line: lineOf(finding),
      scope: scopeOf(finding.id),
      muted:
        (expected && mutedBy(expected, finding, (id) => (ids.has(id) ? nameOf(id) : null))) ??
        isMutedHere(finding),
      message: finding.message,
      fix: finding.advice,
      fixable: isFixable(finding),
      askedAt: isoOf(finding.askedAt ?? null),
      since: isoOf(finding.since ?? null),
    }))
    const failing = severities.slice(0, severities.indexOf(failOn) + 1)
    const fails = ({ severity, muted }: Pick<Found, 'severity' | 'muted'>) =>
      muted === null && failing.includes(severity)
    const document = { findings: found, ...(error === null ? {} : { error }) }
    if (format === 'text') await print(call, document, ({ colours }) => text(found, chosen.length, colours))
    else {
      const places = chosen.map(({ name, origin }) => ({ name, file: origin.file }))
      const { cwd } = call.around()
      const linted = { version: call.version, cwd, findings: found, contexts: places, fails, error }
      await terminal.out(await formatted(format, linted))
    }
    if (error !== null) {
      await terminal.err(sentence(error.message, error.next))
      return 3
    }
    return found.some(fails) ? 1 : 0
  },
}

/** AWS answered of no cluster: nothing is known of what was asked for. */
function notAsked({ problems, clusters }: Awaited<ReturnType<typeof askedOnline>>) {
  const [first] = problems
  if (first === undefined || new Set(problems.map(({ cluster }) => cluster)).size < clusters) return null
  const { code, message, next } = first.fault
  return { code, message: `AWS could be asked about no cluster: ${message}`, next }
}

const formats = ['text', 'github', 'sarif', 'junit'] as const

async function formatted(format: Exclude<(typeof formats)[number], 'text'>, linted: Linted): Promise<string> {
  if (format === 'github') return (await import('./formats/github')).githubOf(linted)
  if (format === 'junit') return (await import('./formats/junit')).junitOf(linted)
  return json((await import('./formats/sarif')).sarifOf(linted))
}

/** The names of contexts, in the order of the files, each once: as a report has them. */
function namesIn(snapshot: Snapshot): (contexts: readonly EntryId[]) => readonly string[] {
  const places = new Map(snapshot.contexts.map(({ id, name }, at) => [id, { name, at }]))
  return (contexts) => {
    const found = contexts.flatMap((id) => places.get(id) ?? []).sort((one, other) => one.at - other.at)
    return [...new Set(found.map(({ name }) => name))]
  }
}

interface Found extends LintedFinding {
  readonly fixable: boolean
}

const tones = { error: 'bad', warning: 'doubtful', info: null } as const

function text(found: readonly Found[], contexts: number, colours: boolean): string {
  const open = found.filter(({ muted }) => muted === null)
  const muted = found.length - open.length
  const lines = found.map((finding) => {
    const { id, severity, contexts: names, file, line, message, fix, fixable } = finding
    const place = line === null ? file : `${file}:${line}`
    const about = names.length === 0 ? place : `${aloneOrAll(names)} (${place})`
    const mend = fixable ? ` (${offer('ekscope', 'fix', id).command})` : ''
    const why = finding.muted === null ? '' : `  muted: ${visible(finding.muted.reason)}\n`
    return `${coloured(severity, finding.muted === null ? tones[severity] : null, colours)} ${id}: ${visible(about)}\n  ${visible(message)}\n${fix === null ? '' : `  ${visible(fix)}${mend}\n`}${why}`
  })
  const count = (severity: Severity, one: string) =>
    plural(open.filter((finding) => finding.severity === severity).length, one)
  const of = `${muted === 0 ? '' : `, ${muted} muted`} in ${plural(contexts, 'context')}`
  if (found.length === 0) return contexts === 0 ? 'No context was looked at.\n' : `Nothing found${of}.\n`
  return `${lines.join('')}\n${count('error', 'error')}, ${count('warning', 'warning')}, ${count('info', 'note')}${of}.\n`
}
