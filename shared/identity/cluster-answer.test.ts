import { expect, test } from 'vitest'
import { type CheckOfCluster, clusterAnswer } from './cluster-answer'
import type { ProblemCode, Step } from './identity'

const problem = (code: ProblemCode) => ({ code, message: 'So it is.', next: 'Do it.' })
const step = (outcome: Step['outcome']): Step => ({ kind: 'cluster', outcome, title: '', detail: '', ms: 1 })
const answer = (more: Partial<CheckOfCluster>) =>
  clusterAnswer({ seen: null, problem: null, steps: [], ...more }).kind

test('the cluster’s answer counts whatever decided the verdict', () => {
  const mismatch = problem('other-principal')
  expect(answer({ problem: mismatch, clusterProblem: problem('unauthorized') })).toBe('refused')
  expect(answer({ problem: problem('unauthorized'), steps: [step('failed')] })).toBe('refused')
  expect(answer({ problem: mismatch, steps: [step('ok')] })).toBe('let-in')
  expect(answer({ problem: mismatch, clusterProblem: problem('cluster-dns') })).toBe('not-reached')
  expect(answer({ problem: problem('cluster-answer') })).toBe('not-said')
  expect(answer({ problem: problem('file-not-trusted'), steps: [step('skipped')] })).toBe('held-back')
})

test('where the check ended before the cluster, the cluster was not asked', () => {
  expect(answer({ problem: problem('sso-login') })).toBe('not-asked')
  // AWS was asked too often.
  expect(answer({ problem: problem('throttled') })).toBe('not-asked')
  expect(answer({ problem: problem('throttled'), steps: [step('failed')] })).toBe('not-said')
  // Kept by a version that did not note it.
  expect(answer({ problem: problem('other-principal'), steps: [step('failed')] })).toBe('not-asked')
})
