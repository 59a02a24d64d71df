import { expect, test } from 'vitest'
import type { Answer, Ask } from '../net/ask'
import { readMayDo } from './read-may-do'
import type { ReviewRequest } from './review'

const request: ReviewRequest = {
  cluster: {
    name: 'prod',
    server: 'https://prod.example',
    certificateAuthority: null,
    certificateAuthorityData: null,
    insecureSkipTlsVerify: false,
    tlsServerName: null,
    proxyUrl: null,
    disableCompression: false,
    execConfig: null,
  },
  context: 'prod',
  ca: '',
  ownCa: false,
  credentials: { authorization: 'Bearer x', certificate: null },
  impersonation: { as: 'eve', uid: null, groups: ['ops'], extra: {} },
  variables: {},
  timeoutMs: 1_000,
}
const body = (kind: string, status: unknown): string =>
  JSON.stringify({ kind, apiVersion: 'authorization.k8s.io/v1', status })
const answered = (status: number, text: string): Answer => ({
  kind: 'answer',
  status,
  headers: {},
  body: text,
  ms: 1,
})
/** Asks with these rules as the answer; every other question is allowed in namespaces alone. */
async function read(rules: Answer) {
  const sent: { readonly path: string; readonly body: string; readonly as: unknown }[] = []
  const ask: Ask = async ({ path, body: text, headers }) => {
    sent.push({ path, body: text ?? '', as: headers['Impersonate-User'] })
    if (path.endsWith('selfsubjectrulesreviews')) return rules
    const allowed = (text ?? '').includes('"namespace":"web"')
    return answered(201, body('SelfSubjectAccessReview', { allowed }))
  }
  const told = await readMayDo(request, 'web', () => 7, ask, new AbortController().signal)
  return { told, sent }
}

test('it is asked as whom the entry acts, in the namespace or in the whole cluster as each question means', async () => {
  const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }
  const { told, sent } = await read(
    answered(201, body('SelfSubjectRulesReview', { resourceRules: [rule], incomplete: false })),
  )
  expect(told).toMatchObject({ namespace: 'web', at: 7 })
  expect(told?.rules).toEqual({
    state: 'read',
    value: { rules: [{ verbs: ['get'], resources: ['pods'] }], incomplete: false, why: null },
  })
  expect(told?.asked.flatMap(({ says, allowed }) => (allowed ? [] : [says]))).toEqual([
    'everything, in the whole cluster',
    'see nodes',
    'make namespaces',
  ])
  expect(new Set(sent.map(({ as }) => as))).toEqual(new Set(['eve']))
  expect(sent.some(({ body: text }) => text.includes('"subresource":"exec"'))).toBe(true)
})

test('what is no list is none, and one that an authorizer did not fill is incomplete', async () => {
  const failed = body('SelfSubjectRulesReview', { incomplete: false, evaluationError: 'webhook: no' })
  expect((await read(answered(201, failed))).told?.rules).toEqual({
    state: 'read',
    value: { rules: [], incomplete: true, why: 'webhook: no' },
  })
  for (const bad of [
    answered(403, '{}'),
    answered(200, '<html>'),
    answered(201, body('SelfSubjectRulesReview', { resourceRules: 'all' })),
  ])
    expect((await read(bad)).told?.rules.state).toBe('not-read')
})
