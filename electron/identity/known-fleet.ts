/**
 * The contexts of one environment as identities and clusters show them: the identity of each, which stored checks of it count
 * still, and the tree of every named identity. Values in, values out: for a large fleet another thread does it.
 */
import { createHash } from 'node:crypto'
import { toldApart } from '../../shared/identity/account-names'
import { isOfOthers } from '../../shared/identity/verdict'
import type { ContextAt } from '../../shared/identity/who-enters-where'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { programsOnce } from '../aws/installed/which'
import type { KubeconfigView } from '../kubeconfig/read/kubeconfig-view'
import { type PrintedRows, printedRows } from './assemble'
import type { AwsFilesOf } from './aws-files-once'
import { allOf, type LookTask, lookInput } from './basis'
import { identityTree, type ProofResult } from './build-identity-tree'
import { contextsAt, type KeptCheck } from './contexts-by-cluster'
import { saidByFiles } from './fingerprint'
import { accountNamesIn } from './reports'

export interface FleetTask extends LookTask {
  /** Those that are kept of this environment. */
  readonly checks: readonly KeptCheck[]
}

export interface KnownFleet extends PrintedRows {
  /** Checks of these very entries, AWS files and decisions. */
  readonly checks: ReadonlyMap<EntryId, KeptCheck>
  /** The AWS files as they were read for these. */
  readonly aws: AwsFilesOf
}

/** All of them, of these files. */
export async function knownFleet(
  view: KubeconfigView,
  { checks, ...task }: FleetTask,
  signal: AbortSignal,
): Promise<KnownFleet> {
  const read = lookInput(task, signal)
  const printed = new Set(checks.map(({ context }) => context))
  const known = await printedRows({ ...read, ...allOf(view), printed })
  const { rows, printOf } = known
  const wanted = printed.size === 0 ? [] : rows.filter(({ id }) => printed.has(id))
  const prints = new Map(wanted.map((row) => [row.id, printOf(row)]))
  const counting = checks.filter((check) => !isOfOthers(check, prints.get(check.context)))
  return { ...known, checks: new Map(counting.map((one) => [one.context, one])), aws: read.aws }
}

/** The cluster of each context that kubectl would use. */
export async function knownWays(
  view: KubeconfigView,
  task: FleetTask,
  signal: AbortSignal,
): Promise<readonly ContextAt[]> {
  const { rows, checks } = await knownFleet(view, task, signal)
  return contextsAt(rows, checks)
}

/** A proof of an identity, by its id in the tree. */
export interface KeptProof extends ProofResult {
  readonly id: string
  /** Of AWS files and environment. */
  readonly fingerprint: string
}

export interface TreeTask extends FleetTask {
  /** Names of accounts by SSO portals and by the accounts themselves. */
  readonly seenNames: Readonly<Record<string, string>>
  /** Names by the user: these count before all others. */
  readonly ownNames: Readonly<Record<string, string>>
  /** Those that are kept of this environment. */
  readonly proofs: readonly KeptProof[]
}

/** The tree of these contexts, with names of accounts. `fingerprint`: of AWS files and environment, on which proofs depend. */
export async function treeOfFleet(
  { rows, checks, aws }: KnownFleet,
  { environment, asked, seenNames, ownNames, proofs, now }: TreeTask,
) {
  const files = await aws(environment, {})
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([saidByFiles(files), environment.fingerprint]))
    .digest('hex')
  const accountNames = { ...seenNames, ...accountNamesIn(files), ...ownNames }
  const rules = await programsOnce(asked)(environment, {}).rules('aws')
  const made = identityTree({
    environment,
    files,
    rules,
    rows,
    accountNames: Object.fromEntries(toldApart(Object.entries(accountNames))),
    checks,
    proofs: new Map(proofs.flatMap((one) => (one.fingerprint === fingerprint ? [[one.id, one]] : []))),
    now,
  })
  return { ...made, fingerprint, accountNames }
}
