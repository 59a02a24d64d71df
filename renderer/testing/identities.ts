/** A made-up tree of identities: keys with two roles in a row, a sign-in with two permission sets, and somebody who is nobody. */
import type {
  IdentityState,
  IdentityTree,
  KnownIdentity,
  PlacedProfile,
  ProfileField,
} from '../../shared/identity/identity-tree'
import { home, now } from './fleet'

export const emptyTree: IdentityTree = {
  environment: 'login-shell',
  identities: [],
  settingsOnly: [],
  ssoSessions: [],
  notSaid: [],
  problems: [],
}

const unknown: IdentityState = { kind: 'unknown', until: null, by: null, at: null, problem: null }
const proven: IdentityState = {
  kind: 'valid',
  until: now + 54 * 60_000,
  by: 'proof',
  at: now - 120_000,
  problem: null,
}
const signIn: IdentityState = {
  ...unknown,
  kind: 'sign-in-needed',
  problem: {
    code: 'sso-login',
    message: 'Nobody is signed in to corp.',
    next: 'Run `aws sso login --sso-session corp`.',
    signIn: { kind: 'session', name: 'corp' },
  },
}

/** An identity of which nothing more is known than is given. */
export const knownIdentity = (said: Partial<KnownIdentity>): KnownIdentity => ({
  id: 'x',
  parent: null,
  kind: 'role',
  name: 'X',
  arn: null,
  accessKeyId: null,
  account: null,
  accountName: null,
  permissionSet: null,
  from: [],
  mfaSerial: null,
  profiles: [],
  state: unknown,
  proven: null,
  sessions: [],
  unpinned: false,
  provable: true,
  contexts: [],
  shadowed: [],
  clusters: [],
  ...said,
})

const profile = (
  name: string,
  line: number,
  settings: PlacedProfile['settings'] = [],
  credentials: PlacedProfile['credentials'] = null,
): PlacedProfile => ({ name, config: { file: `${home}/.aws/config`, line }, credentials, settings })

const setting = (key: ProfileField, value: string) => ({ key, value, inCredentials: false })

/** `contexts`: of Admin, by id and name. */
export const identityTree = (contexts: KnownIdentity['contexts'] = []): IdentityTree => ({
  ...emptyTree,
  identities: [
    knownIdentity({
      id: 'alice',
      kind: 'keys',
      name: 'alice',
      arn: 'arn:aws:iam::111122223333:user/alice',
      accessKeyId: 'AKIAALICEALICE000001',
      account: '111122223333',
      accountName: 'platform',
      from: [`${home}/.aws/credentials:2`],
      profiles: [
        profile('alice', 3, [{ ...setting('region', 'eu-west-1'), inCredentials: true }], {
          file: `${home}/.aws/credentials`,
          line: 2,
        }),
      ],
      state: { ...proven, until: null },
    }),
    knownIdentity({
      id: 'hub',
      parent: 'alice',
      name: 'Hub',
      arn: 'arn:aws:iam::222233334444:role/Hub',
      account: '222233334444',
      accountName: 'security',
      profiles: [profile('hub', 9)],
      state: proven,
    }),
    knownIdentity({
      id: 'admin',
      parent: 'hub',
      name: 'Admin',
      arn: 'arn:aws:iam::333344445555:role/Admin',
      account: '333344445555',
      accountName: 'payments-prod',
      profiles: [
        profile('pay', 14, [
          setting('region', 'eu-west-1'),
          setting('role_arn', 'arn:aws:iam::333344445555:role/Admin'),
          setting('source_profile', 'hub'),
        ]),
      ],
      state: {
        ...unknown,
        kind: 'refused',
        by: 'proof',
        at: now - 60_000,
        problem: {
          code: 'assume-role-denied',
          message: 'Admin does not trust Hub.',
          next: 'Let its trust policy name Hub.',
        },
      },
      contexts,
      clusters: [{ name: 'prod-eu', region: 'eu-west-1', account: '333344445555', server: null }],
    }),
    knownIdentity({
      id: 'corp',
      kind: 'sso-session',
      name: 'corp',
      state: signIn,
      provable: false,
      from: [`${home}/.aws/config:20`],
    }),
    knownIdentity({
      id: 'data',
      parent: 'corp',
      kind: 'permission-set',
      name: 'DataEngineer',
      permissionSet: 'DataEngineer',
      account: '444455556666',
      profiles: [profile('lake', 26)],
      state: signIn,
    }),
    knownIdentity({
      id: 'view',
      parent: 'corp',
      kind: 'permission-set',
      name: 'PlatformView',
      permissionSet: 'PlatformView',
      account: '111122223333',
      profiles: [profile('platform-view', 31)],
      state: signIn,
    }),
    knownIdentity({
      id: 'nobody',
      kind: 'nobody',
      name: 'no identity',
      provable: false,
      state: {
        ...unknown,
        kind: 'broken',
        problem: { code: 'unknown-profile', message: 'There is no profile typo.', next: 'Name another one.' },
      },
    }),
  ],
  settingsOnly: [profile('plain', 40)],
})
