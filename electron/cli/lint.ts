/** `ekscope lint`: what is wrong or risky in the contexts and their files, from files and environment alone. */

import { type Finding, fixOf, fixOfFile, notMadeYet } from '../../shared/findings/findings'
import type { Severity } from '../../shared/findings/rule'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { offer } from '../system/offer'
import { oneOf } from './arguments'
import type { Command } from './command'
import { aloneOrAll, counted, json, sentence } from './output'
import { nameOverwritten } from './overwritten'

const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[]

export const lint: Command = {
  name: 'lint',
  usage: 'lint [--fail-on error|warning|info]',
  summary: 'what is wrong or risky, with what to do about it; asks neither AWS nor a cluster',
  help: [
    ['--fail-on SEVERITY', 'exit status 1 from this severity on: error (the default), warning, info'],
    ['not looked for', notMadeYet.join(', ')],
  ],
  async run({ args, terminal, reading }) {
    const failOn = oneOf(args, 'fail-on', severities) ?? 'error'
    const all = await reading()
    const snapshot = await all.kubeconfig.load()
    await nameOverwritten(terminal, all)
    const missing = snapshot.files.flatMap(({ problems }) => problems).find(({ code }) => code === 'missing')
    if (missing && args.globals.kubeconfig !== null) {
      await terminal.err(sentence(missing.message, missing.next))
      return 3
    }
    const { contexts, findings } = await all.identities.of(args.globals.environment, { fingerprints: false })
    const byId = new Map(contexts.map((identity) => [identity.context, identity]))
    const fixable = ({ contexts: of, file, ...finding }: Finding): boolean => {
      const whole = snapshot.files.find(({ path }) => path === file)
      return of.length === 0
        ? whole !== undefined && fixOfFile(finding.id, whole) !== null
        : of.some((context) => {
            const identity = byId.get(context)
            return identity !== undefined && fixOf(finding, { ...identity, id: context }) !== null
          })
    }
    const places = new Map(snapshot.contexts.map(({ id, name }, at) => [id, { name, at }]))
    const sorted = severities.flatMap((severity) => findings.filter((one) => one.severity === severity))
    const told = sorted.map((finding) => ({
      finding,
      fixable: fixable(finding),
      names: namesOf(finding, places),
    }))
    await terminal.out(
      args.globals.json
        ? json({
            findings: told.map(
              ({ finding: { id, severity, file, message, advice }, fixable: can, names }) => ({
                id,
                severity,
                contexts: names,
                file,
                message,
                fix: advice,
                fixable: can,
              }),
            ),
          })
        : text(told, snapshot.contexts.length),
    )
    const failing = severities.slice(0, severities.indexOf(failOn) + 1)
    return findings.some(({ severity }) => failing.includes(severity)) ? 1 : 0
  },
}

/** The names of its contexts, in the order of the files. */
const namesOf = (
  { contexts }: Finding,
  places: ReadonlyMap<EntryId, { readonly name: string; readonly at: number }>,
): readonly string[] =>
  [...new Set(contexts)]
    .flatMap((id) => places.get(id) ?? [])
    .sort((one, other) => one.at - other.at)
    .map(({ name }) => name)

interface Told {
  readonly finding: Finding
  readonly fixable: boolean
  readonly names: readonly string[]
}

function text(told: readonly Told[], contexts: number): string {
  const lines = told.map(({ finding: { id, severity, file, message, advice }, fixable, names }) => {
    const about = names.length === 0 ? file : aloneOrAll(names)
    const mend = fixable ? ` (${offer('ekscope', 'fix', id).command})` : ''
    return `${severity} ${id}: ${visible(about)}\n  ${visible(message)}\n${advice === null ? '' : `  ${visible(advice)}${mend}\n`}`
  })
  const count = (severity: Severity, one: string) =>
    counted(told.filter(({ finding }) => finding.severity === severity).length, one)
  const of = `in ${counted(contexts, 'context')}`
  const sum =
    told.length === 0
      ? `Nothing found ${of}.`
      : `${count('error', 'error')}, ${count('warning', 'warning')}, ${count('info', 'note')} ${of}.`
  return `${lines.join('')}${told.length === 0 ? '' : '\n'}${sum}\n`
}
