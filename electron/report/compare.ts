/** The two sides of a comparison, for window and terminal: environments, kubeconfigs, reports, pending edits. Sends no request. */
import * as v from 'valibot'
import type { Audit } from '../../shared/audit/audit'
import { type Comparison, changesBetween, comparableOf, type EarlierReport } from '../../shared/audit/compare'
import type { Edit } from '../../shared/edits/edit'
import type { EnvironmentName } from '../../shared/identity/identity'
import { unpack } from '../../shared/ipc/packed'
import { nothingReadable, partsOfId } from '../../shared/kubeconfig/entries'
import { fail, ok, type Result, refuse } from '../../shared/result'
import type { Services } from '../editing/services'
import { unreadableEnvironment } from '../identity/environments'
import { auditTask, shownAudit } from '../state/clusters-shown'
import { textOfAny } from '../system/own-file'
import { earlierReport, mostReport } from './make-report'

/** One of the two, and what is known of it. */
export interface ComparedSide {
  readonly is: Omit<Comparison['a'], 'contexts'>
  readonly known: EarlierReport
}

type Compares = Pick<Services, 'kubeconfig' | 'clusters' | 'environments' | 'readingOf'>

/** What is known of the files in use, in one environment. `named`: the kubeconfig that was named for them; null: none was. */
async function auditIn(
  { kubeconfig, clusters, environments }: Compares,
  name: EnvironmentName,
  named: string | null,
): Promise<Result<Audit>> {
  const unreadable = unreadableEnvironment(await environments.of(name))
  if (unreadable !== null) return fail(unreadable)
  const broken = nothingReadable(await kubeconfig.load(), named)
  if (broken !== null) return refuse('unreadable', broken.message, broken.next)
  return ok(unpack(await shownAudit(clusters, name)))
}

/** The files in use, in one environment. `named`: the kubeconfig that was named for them; null: none was. */
export async function environmentSide(
  all: Compares,
  name: EnvironmentName,
  named: string | null = null,
): Promise<Result<ComparedSide>> {
  const audited = await auditIn(all, name, named)
  return audited.ok ? ok({ is: { kind: 'environment', name }, known: comparableOf(audited.value) }) : audited
}

/** A report, or another kubeconfig as it is in this environment. */
export async function fileSide(
  all: Compares,
  path: string,
  environment: EnvironmentName,
): Promise<Result<ComparedSide>> {
  // A kubeconfig may be JSON as well: what says that it is a report is one.
  const head = (await textOfAny(path, mostReport))?.replace(/^\ufeff/, '').trimStart()
  if (head?.startsWith('{') && isReport(head)) {
    const report = await earlierReport(path)
    return report.ok ? ok({ is: { kind: 'report', name: path }, known: report.value }) : report
  }
  const { kubeconfig, trees } = all.readingOf(path)
  const broken = nothingReadable(await kubeconfig.load(), path)
  if (broken !== null) return refuse('unreadable', broken.message, broken.next)
  const audited = unpack(await shownAudit({ ...trees, answers: all.clusters.answers }, environment))
  return ok({ is: { kind: 'kubeconfig', name: path }, known: comparableOf(audited) })
}

/** Whether JSON says of itself that it is a report, wherever a program that read it has put the word. */
function isReport(text: string): boolean {
  try {
    return v.is(v.object({ report: v.number() }), JSON.parse(text))
  } catch {
    return false
  }
}

/** What differs between two sides. */
export function compared(a: ComparedSide, b: ComparedSide): Comparison {
  const side = ({ is, known }: ComparedSide) => ({ ...is, contexts: known.contexts.length })
  const changes = changesBetween(a.known, b.known)
  // Two environments are named as such already.
  const named = a.is.kind === 'environment' && b.is.kind === 'environment'
  return { a: side(a), b: side(b), changes: named ? { ...changes, environments: null } : changes }
}

/** What edits make of who acts where, before they are written: by what files predict, and by the tries of exactly these entries. */
export async function beforeAndAfter(
  services: Compares & Pick<Services, 'editing' | 'trying'>,
  edits: readonly Edit[],
  environment: EnvironmentName,
  signal: AbortSignal,
): Promise<Result<Comparison>> {
  const { clusters, editing, trying } = services
  const before = await auditIn(services, environment, null)
  if (!before.ok) return before
  const set = await editing.changeSet(edits)
  if (!set.ok) return set
  const { edits: all, changed } = set.value
  const tried = trying.found(environment)
  const task = { ...(await auditTask(clusters, environment)), edits: all, changed, tried }
  const after = unpack(await editing.ask('auditAfter', task, signal))
  const nowOf = new Map(after.renamed)
  // A context that gets another name is the same one.
  const names = new Map(
    before.value.contexts.map(({ id, name }) => [id, partsOfId(nowOf.get(id) ?? id)?.name ?? name]),
  )
  return ok(
    compared(
      { is: { kind: 'environment', name: environment }, known: comparableOf(before.value, names) },
      { is: { kind: 'pending', name: environment }, known: comparableOf(after.audit) },
    ),
  )
}
