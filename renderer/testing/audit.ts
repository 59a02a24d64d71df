/** A made-up audit. */
import type { Audit, AuditContext, AuditIdentity } from '../../shared/audit/audit'
import { now } from './fleet'

export const carol = 'aws 111122223333 user carol'
const admin = 'aws 111122223333 role admin'

/** The audit of two contexts: the first acts as carol, not as Admin; the second is verified. */
export function auditOf(
  rows: readonly { readonly id: string; readonly name: string }[],
  cluster = 'prod',
): Audit {
  const context = (at: number, more: Partial<AuditContext>): AuditContext => ({
    id: rows[at]?.id ?? '',
    name: rows[at]?.name ?? '',
    file: '',
    line: 1,
    current: false,
    shadowed: false,
    verdict: 'verified',
    checkedAt: now,
    stale: null,
    problem: null,
    source: 'keys',
    acts: admin,
    by: 'proven',
    foretold: null,
    should: null,
    cluster,
    signs: 'proved',
    enters: 'let-in',
    username: null,
    admin: null,
    adminByLists: false,
    production: false,
    findings: [],
    ...more,
  })
  const identity = (key: string, name: string): AuditIdentity => ({
    ...{
      key,
      name,
      arn: null,
      account: '111122223333',
      accountName: null,
      accessKeys: [],
      admin: null,
      contexts: 1,
      missing: 0,
    },
    kind: 'principal',
  })
  const wrong = {
    verdict: 'mismatch',
    signs: 'another',
    enters: 'another',
    acts: carol,
    should: admin,
    source: 'env',
  } as const
  return {
    environment: 'login-shell',
    at: now,
    sources: [
      { key: 'env', kind: 'environment-keys', name: 'carol', from: [], state: 'valid', contexts: 1 },
      { key: 'keys', kind: 'keys', name: 'alice', from: [], state: 'valid', contexts: 1 },
    ],
    identities: [identity(carol, 'carol'), identity(admin, 'Admin')],
    clusters: [
      {
        ...{ key: cluster, arn: null, name: 'prod-eu', region: 'eu-west-1', account: '111122223333' },
        ...{ accountName: null, state: null, contexts: 2, mayEnter: [], unread: null, askedAt: null },
      },
    ],
    contexts: [context(0, wrong), context(1, {})],
    findings: [],
    refused: null,
  }
}
