import { expect, test } from 'vitest'
import { groupedProblems, sweepProblems } from './search-problems'
import { Collected } from './search-results'
import { type Looker, lookerId, type SweepEvent } from './sweep'

const looker = (profile: string): Looker => ({ kind: 'profile', profile, role: null })
const [pay, ops] = ['pay', 'ops'].map((name) => lookerId(looker(name)))
const fault = { code: 'aws', message: 'No.', next: 'Ask.' } as const
function swept(at: number, events: readonly SweepEvent[]) {
  const collected = new Collected(
    () => at,
    (data) => `hash of ${data}`,
  )
  for (const event of events) collected.note(event)
  return { ...collected.swept, progress: collected.progress }
}

test('what kept somebody from seeing is said once, whoever it was and wherever', () => {
  const denied = (region: string, id = pay ?? ''): SweepEvent => ({
    kind: 'place',
    looker: id,
    region,
    state: { kind: 'denied', clusters: 0, fault: { ...fault, message: `No list in ${region}.` } },
  })
  const { lookers, places, problems } = swept(1, [
    { kind: 'lookers', lookers: [looker('pay'), looker('ops')], places: 4 },
    denied('eu-west-1'),
    denied('us-east-1'),
    ...['a', 'b-2'].map((name): SweepEvent => {
      const message = `No cluster ${name} there.`
      return {
        kind: 'undescribed',
        looker: pay ?? '',
        region: 'eu-west-1',
        name,
        fault: { ...fault, message },
      }
    }),
    {
      kind: 'looker',
      looker: ops ?? '',
      state: { kind: 'failed', fault: { ...fault, message: 'No keys.' } },
    },
    { kind: 'place', looker: ops ?? '', region: 'eu-west-1', state: { kind: 'failed', clusters: 0, fault } },
  ])
  const said = sweepProblems({ lookers, places, problems })
  expect(said.map(({ looker: of, region, code }) => [of, region, code])).toEqual([
    [ops, null, 'aws'],
    [pay, 'eu-west-1', 'denied'],
    [pay, 'us-east-1', 'denied'],
    [pay, 'eu-west-1', 'aws'],
    [pay, 'eu-west-1', 'aws'],
  ])
  expect(
    groupedProblems(said, lookers).map(({ fault: { message }, of, where }) => [message, of.length, where]),
  ).toEqual([
    ['No keys.', 1, ['ops']],
    ['No list in eu-west-1.', 2, ['pay eu-west-1', 'pay us-east-1']],
    ['No cluster a there.', 2, ['pay eu-west-1 a', 'pay eu-west-1 b-2']],
  ])
})

test('one region that refuses many is one line, one identity that many regions refuse is one, and advice for one is for no other', () => {
  const many = Array.from({ length: 40 }, (_, at) => looker(`team${at}`))
  const places = (of: Looker, region: string, next = 'Ask.'): SweepEvent => ({
    kind: 'place',
    looker: lookerId(of),
    region,
    state: {
      kind: 'denied',
      clusters: 0,
      fault: { code: 'aws', message: `AWS denied it to profile ${of.profile} in ${region}.`, next },
    },
  })
  const regions = ['eu-west-1', 'us-east-1', 'us-west-2']
  const auditor = looker('auditor')
  const all = swept(1, [
    { kind: 'lookers', lookers: [...many, auditor], places: 44 },
    ...many.map((one) => places(one, 'ap-south-1')),
    ...regions.map((region) => places(auditor, region)),
    places(auditor, 'sa-east-1', 'Run `aws sso login --profile auditor`.'),
  ])
  const groups = groupedProblems(sweepProblems(all), all.lookers)
  expect(groups.map(({ fault, of, where }) => [fault.message, of.length, where])).toEqual([
    ['AWS denied it to 40 identities in ap-south-1.', 40, many.map(({ profile }) => profile)],
    ['AWS denied it to profile auditor in eu-west-1.', 3, regions],
    ['AWS denied it to profile auditor in sa-east-1.', 1, []],
  ])
})

test('what keeps somebody from being named and from looking is one', () => {
  const unknown = { ...fault, message: 'AWS in eu-west-1 does not know the key of profile pay.' }
  const all = swept(1, [
    { kind: 'lookers', lookers: [looker('pay')], places: 1 },
    { kind: 'looker', looker: pay ?? '', state: { kind: 'nameless', fault: unknown } },
    {
      kind: 'place',
      looker: pay ?? '',
      region: 'eu-west-1',
      state: { kind: 'failed', clusters: 0, fault: unknown },
    },
  ])
  expect(groupedProblems(sweepProblems(all), all.lookers).map(({ of, where }) => [of.length, where])).toEqual(
    [[2, ['eu-west-1']]],
  )
})

test('whoever a sentence begins with is found there, too: of many it is their number', () => {
  const refused = (of: Looker): SweepEvent => ({
    kind: 'looker',
    looker: lookerId(of),
    state: {
      kind: 'failed',
      fault: { ...fault, message: `Profile ${of.profile} may not assume the role R.` },
    },
  })
  const said = (of: readonly Looker[]) => {
    const { lookers, places, problems } = swept(1, [
      { kind: 'lookers', lookers: of, places: 0 },
      ...of.map(refused),
    ])
    return groupedProblems(sweepProblems({ lookers, places, problems }), lookers).map(
      ({ fault: { message }, where }) => [message, where],
    )
  }
  expect(said([looker('pay')])).toEqual([['Profile pay may not assume the role R.', []]])
  expect(said([looker('pay'), looker('ops')])).toEqual([
    ['2 identities may not assume the role R.', ['pay', 'ops']],
  ])
})
