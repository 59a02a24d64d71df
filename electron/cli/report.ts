/** `ekscope report`: the identity audit of all contexts as one document that can be handed on. */
import { extname } from 'node:path'
import type { EarlierReport } from '../../shared/audit/compare'
import { isReportFormat, type ReportFormat, reportFormatNames } from '../../shared/audit/report-formats'
import { plural } from '../../shared/counted'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { exportTarget } from '../editing/export'
import { realTarget } from '../kubeconfig/disk/replace'
import { earlierReport, makeReport, reportFormats } from '../report/make-report'
import { effectiveContexts } from '../report/row-json'
import { oneOf, UsageError } from './arguments'
import { askedOnline } from './asked-online'
import { type Command, type CommandCall, interrupted, orThrow, print, Refusal } from './command'
import { contextsNamed } from './contexts-by-name'
import { refuseNothingReadable } from './list'
import { checkAll, openQuestions, sayQuestions } from './whoami'

export const report: Command = {
  usage:
    'report [CONTEXT…] [--check] [--online] [--format html|md|csv|json|svg] [--out FILE] [--since REPORT.json] [--private] [--title TEXT]',
  summary: 'the identity audit: which identity each context uses, should it, and who else may do everything',
  examples: [
    'ekscope report',
    'ekscope report --check --online --out audit.html',
    'ekscope report --format json --since yesterday.json --private',
  ],
  help: {
    '--check':
      'check the contexts first, as `ekscope whoami` does; else it says what is known, each with its age',
    '--online': 'ask AWS first about the clusters, and who may enter them, as `ekscope lint --online` does',
    '--format FORMAT':
      'html, md (the default), csv, json, or svg for the map alone; else as the name of FILE ends',
    '--out FILE': 'write this file (0600) instead of standard output; only a report of Ekscope is replaced',
    '--since REPORT.json': 'say what changed since this report',
    '--private': 'without host, user, home and paths of files',
    '--title TEXT': 'its title',
  },
  async run(call) {
    const { args, terminal, signal, version } = call
    const { environment } = args.globals
    const out = args.text('out')
    const named = oneOf(args, 'format', reportFormatNames)
    const format = named ?? (args.globals.json && out === null ? 'json' : formatOf(out))
    const since = await earlier(call, args.text('since'))
    const services = await call.services()
    const snapshot = await services.kubeconfig.load()
    refuseNothingReadable(snapshot, args.globals.kubeconfig)
    const to = out === null || out === '-' ? null : await target(call, snapshot, out, format)
    const chosen = args.positionals.length === 0 ? null : contextsNamed(snapshot, args.positionals)
    if (args.flag('check')) {
      const checks = await checkAll(call, services, chosen ?? effectiveContexts(snapshot))
      await sayQuestions(call, await openQuestions(call, services, [...checks.values()]), snapshot)
      if (signal.aborted)
        return interrupted(
          call,
          `interrupted: ${plural(checks.size, 'context was', 'contexts were')} checked.`,
          'Run it again.',
        )
    }
    if (args.flag('online')) {
      const ids = new Set((chosen ?? effectiveContexts(snapshot)).map(({ id }) => id))
      await askedOnline(call, services, environment, ids)
      if (signal.aborted)
        return interrupted(call, 'interrupted: not every cluster was asked.', 'Run it again.')
    }
    const { home } = await call.machine()
    const made = await makeReport(
      services,
      { version, home },
      {
        environment,
        contexts: chosen?.map(({ id }) => id) ?? null,
        title: args.text('title'),
        secretly: args.flag('private'),
        since,
      },
    )
    const text = reportFormats[format].of(made)
    if (to === null) await terminal.out(text)
    else {
      orThrow(await services.editing.exportTo(to.path, text, to.before))
      await print(call, { path: to.path, format }, () => `wrote ${visible(to.path)}\n`, 'report')
    }
    return 0
  },
}

function formatOf(out: string | null): ReportFormat {
  if (out === null || out === '-') return 'md'
  const ending = extname(out).slice(1).toLowerCase()
  if (!isReportFormat(ending))
    throw new UsageError(
      `the name of FILE ends in .${reportFormatNames.join(', .')}, or --format says what it is`,
    )
  return ending
}

const earlier = async (call: CommandCall, named: string | null): Promise<EarlierReport | null> =>
  named === null ? null : orThrow(await earlierReport(call.pathOf(named)))

/** Where to write, and what is there: it is replaced only if it is a report of that format. */
async function target(call: CommandCall, snapshot: Snapshot, out: string, format: ReportFormat) {
  const path = orThrow(await realTarget(call.pathOf(out)))
  const { forbids } = (await call.services()).editing
  const before = orThrow(await exportTarget(path, snapshot.files, '`ekscope move`', forbids))
  if (before === null || reportFormats[format].isOurs(before)) return { path, before }
  throw new Refusal({
    message: `${path} exists, and is not a report of Ekscope as ${format}.`,
    next: 'Choose another name.',
  })
}
