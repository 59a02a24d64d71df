/** What a made-up sweep has found: alice by two profiles, Admin with a context, and somebody who would have to sign in. */

import {
  nothingSwept,
  type Swept,
  type SweptCluster,
  type SweptLooker,
} from '../../shared/identity/search-results'
import { type Looker, lookerId } from '../../shared/identity/sweep'
import type { SweepsKnown } from '../../shared/ipc/payloads'
import { now } from './fleet'

const account = '111122223333'
const aliceArn = `arn:aws:iam::${account}:user/alice`
const adminArn = `arn:aws:iam::${account}:role/Admin`
const by = (profile: string): Looker => ({ kind: 'profile', profile, role: null })
const idOf = (profile: string) => lookerId(by(profile))

const clusterArn = (name: string) => `arn:aws:eks:eu-west-1:${account}:cluster/${name}`

const cluster = (name: string, more: Partial<SweptCluster> = {}): SweptCluster => ({
  arn: clusterArn(name),
  name,
  region: 'eu-west-1',
  partition: 'aws',
  askedBy: { account, region: 'eu-west-1', endpoint: null },
  status: 'ACTIVE',
  version: '1.31',
  endpoint: `https://${name}.example`,
  authority: 'a',
  serviceRole: null,
  outpostClusterId: null,
  authenticationMode: 'API',
  publicEndpoint: true,
  privateEndpoint: null,
  foundBy: [idOf('alice')],
  at: now - 60_000,
  goneAt: null,
  ...more,
})

const known = (profile: string, arn: string): SweptLooker => ({
  id: idOf(profile),
  looker: by(profile),
  state: { kind: 'known', arn, account, accessKeyId: 'AKIA', endpoint: null },
  at: now - 60_000,
})

const fault = (message: string) => ({ code: 'aws', message, next: 'Do it.' }) as const

const entry = (principalArn: string) => ({
  principalArn,
  type: 'STANDARD',
  username: null,
  groups: [],
  policies: [],
  modifiedAt: null,
  problem: null,
})

export const foundSweep = (): Swept => ({
  ...nothingSwept,
  lookers: [
    known('default', aliceArn),
    known('alice', aliceArn),
    known('pay', `arn:aws:sts::${account}:assumed-role/Admin/ana`),
    {
      id: idOf('lake'),
      looker: by('lake'),
      state: { kind: 'sign-in-needed', fault: fault('Nobody is signed in to corp.') },
      at: now - 60_000,
    },
    {
      id: idOf('lost'),
      looker: by('lost'),
      state: { kind: 'failed', fault: fault('The key is not known.') },
      at: now - 60_000,
    },
  ],
  places: [
    { looker: idOf('alice'), region: 'eu-west-1', state: { kind: 'found', clusters: 3 }, at: now - 60_000 },
    {
      looker: idOf('pay'),
      region: 'us-east-1',
      state: { kind: 'denied', clusters: 0, fault: fault('AWS denied it in us-east-1.') },
      at: now - 60_000,
    },
  ],
  clusters: [cluster('dev'), cluster('new', { status: 'CREATING', endpoint: null }), cluster('prod')].sort(
    (a, b) => Number(a.name !== 'prod') - Number(b.name !== 'prod'),
  ),
  access: [
    {
      cluster: clusterArn('prod'),
      askedBy: { account, region: 'eu-west-1', endpoint: null },
      entries: { state: 'read', value: [entry(aliceArn), entry(adminArn)] },
      at: now,
    },
    {
      cluster: clusterArn('dev'),
      askedBy: { account, region: 'eu-west-1', endpoint: null },
      entries: { state: 'read', value: [] },
      at: now,
    },
  ],
})

/** What main knows; `change`: of it. */
export const sweepsKnown = (change: Partial<SweepsKnown> = {}): SweepsKnown => ({
  environment: 'login-shell',
  candidates: [
    {
      looker: by('default'),
      arn: null,
      account: null,
      permissionSet: null,
      session: null,
      called: 'as-before',
    },
    {
      looker: by('alice'),
      arn: null,
      account: null,
      permissionSet: null,
      session: null,
      called: 'as-before',
    },
    { looker: by('pay'), arn: adminArn, account, permissionSet: null, session: null, called: 'as-before' },
    {
      looker: by('lake'),
      arn: null,
      account,
      permissionSet: 'Analyst',
      session: 'corp',
      called: 'as-before',
    },
    { looker: by('lost'), arn: null, account: null, permissionSet: null, session: null, called: 'as-before' },
  ],
  sessions: ['corp'],
  swept: foundSweep(),
  contexts: [
    {
      id: 'context of admin',
      name: 'prod-admin',
      profile: 'pay',
      role: null,
      arn: adminArn,
      verdict: 'verified',
      username: 'admin',
      proven: adminArn,
      answered: 'let-in',
      arnOfCluster: clusterArn('prod'),
      server: null,
      region: 'eu-west-1',
      nameOfCluster: 'prod',
      account,
    },
  ],
  ...change,
})
