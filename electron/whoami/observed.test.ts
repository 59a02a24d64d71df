import { expect, test } from 'vitest'
import { nothingObserved, type Observed, stepOf, withObserved } from './observed'

const step = stepOf('exec', 'ok', 'title', 'detail')
const problem = { code: 'command-failed', message: 'It failed.', next: 'Try it.' } as const
const fold = (...observed: readonly Exclude<Observed, { kind: 'cancelled' }>[]) =>
  observed.reduce(withObserved, nothingObserved)

test('steps that only show something add nothing', () => {
  const credential = { token: 'secret', certificate: null, expirationTimestamp: null }
  expect(fold({ kind: 'prediction', step }, { kind: 'credential', credential, step })).toBe(nothingObserved)
})

test('each observation stays while the next is added', () => {
  const seen = {
    username: 'jane',
    uid: null,
    groups: [],
    extra: {},
    fromDenial: false,
    everything: null,
    ms: 1,
  }
  expect(
    fold(
      { kind: 'other-token', problem, step },
      { kind: 'not-proven', problem, clusterMayAnswer: true, step },
      { kind: 'cluster', answer: { kind: 'let-in' }, step },
      { kind: 'acts-as', answer: { kind: 'seen', seen }, step },
    ),
  ).toEqual({
    ...nothingObserved,
    command: { kind: 'other-token', problem },
    sts: { kind: 'failed', problem },
    cluster: { kind: 'let-in' },
    actsAs: { kind: 'seen', seen },
  })
})
