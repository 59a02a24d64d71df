/** Parts of a made-up audit: each test says what matters to it. */
import type { Audit, AuditContext, AuditIdentity } from '../audit/audit'

/** A context that was verified: the cluster saw the identity that its entry names. */
export const madeContext = (more: Partial<AuditContext> = {}): AuditContext => ({
  id: '',
  name: '',
  file: '/home/ana/.kube/config',
  line: 3,
  current: false,
  shadowed: false,
  verdict: 'verified',
  checkedAt: 0,
  stale: null,
  problem: null,
  source: 'keys',
  acts: 'admin',
  by: 'seen',
  foretold: null,
  should: null,
  cluster: 'prod',
  signs: 'proved',
  enters: 'let-in',
  username: null,
  admin: null,
  adminByLists: false,
  production: false,
  findings: [],
  ...more,
})

export const madeIdentity = (key: string, name = key): AuditIdentity => ({
  key,
  kind: 'principal',
  name,
  arn: null,
  account: '111122223333',
  accountName: null,
  accessKeys: [],
  admin: null,
  contexts: 1,
  missing: 0,
})

/** An audit of nothing, but for what is given. */
export const madeAudit = (more: Partial<Audit> = {}): Audit => ({
  environment: 'app',
  at: 0,
  sources: [],
  identities: [],
  clusters: [],
  contexts: [],
  findings: [],
  refused: null,
  ...more,
})
