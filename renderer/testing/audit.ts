/** A made-up audit. */
import type { Audit, AuditContext } from '../../shared/audit/audit'
import { madeAudit, madeContext, madeIdentity } from '../../shared/testing/made-audit'
import { now } from './fleet'

export const carol = 'aws 111122223333 user carol'
const admin = 'aws 111122223333 role admin'

/** The audit of two contexts: the first acts as carol, not as Admin; the second is verified. */
export function auditOf(
  rows: readonly { readonly id: string; readonly name: string }[],
  cluster = 'prod',
): Audit {
  const context = (at: number, more: Partial<AuditContext>) =>
    madeContext({
      ...{ id: rows[at]?.id ?? '', name: rows[at]?.name ?? '', file: '', line: 1 },
      ...{ checkedAt: now, acts: admin, by: 'proven', cluster },
      ...more,
    })
  const wrong = {
    verdict: 'mismatch',
    signs: 'another',
    enters: 'another',
    acts: carol,
    should: admin,
    source: 'env',
  } as const
  return madeAudit({
    environment: 'login-shell',
    at: now,
    sources: [
      { key: 'env', kind: 'environment-keys', name: 'carol', from: [], state: 'valid', contexts: 1 },
      { key: 'keys', kind: 'keys', name: 'alice', from: [], state: 'valid', contexts: 1 },
    ],
    identities: [madeIdentity(carol, 'carol'), madeIdentity(admin, 'Admin')],
    clusters: [
      {
        ...{ key: cluster, arn: null, name: 'prod-eu', region: 'eu-west-1', account: '111122223333' },
        ...{ accountName: null, state: null, contexts: 2, mayEnter: [], unread: null, askedAt: null },
      },
    ],
    contexts: [context(0, wrong), context(1, {})],
  })
}
