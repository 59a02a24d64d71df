import { expect, test } from 'vitest'
import { parseIni } from '../files/ini'
import { mergeAwsFiles } from '../files/read-aws-files'
import { profileChoice } from './profile-choice'

const account = '111122223333'
const role = `arn:aws:iam::${account}:role/Admin`
const sso = `sso_account_id = ${account}\nsso_role_name = Dev\n`
const keys = 'aws_access_key_id = AKIA\naws_secret_access_key = s\n'

const choiceOf = (config: string) => {
  const unread = {
    path: '',
    state: 'missing' as const,
    problem: null,
    line: null,
    refused: false,
    revision: null,
  }
  const merged = mergeAwsFiles(parseIni(`[profile p]\n${config}`, '/config'), parseIni('', '/credentials'))
  const caches = { ssoTokens: new Map(), roleCredentials: new Map(), logins: new Map() }
  const files = {
    ...merged,
    config: unread,
    credentials: unread,
    caches,
    caBundles: new Map(),
    tokenFiles: new Map(),
    legacyKeys: null,
  }
  const profile = merged.profiles.get('p')
  if (!profile) throw new Error('no profile p')
  return profileChoice({ ...files, aliased: null }, profile)
}

test.each([
  [`role_arn = ${role}\nsource_profile = q\n`, { kind: 'role', says: role }],
  [`role_arn = ${role}\nweb_identity_token_file = /t\n`, { kind: 'web identity', says: role }],
  [`${sso}sso_start_url = https://x\nsso_region = eu-west-1\n`, { kind: 'sso', says: `${account} Dev` }],
  // It lacks its address: aws stops there, and it is an SSO profile all the same.
  [sso, { kind: 'sso', says: null }],
  ['login_session = arn:aws:iam::111122223333:user/ann\n', { kind: 'login', says: null }],
  ['credential_process = /bin/x\n', { kind: 'process', says: null }],
  [`${keys}region = eu-west-1\n`, { kind: 'keys', says: null, region: 'eu-west-1' }],
  // aws runs the program before it takes keys of the config file.
  [`${keys}credential_process = /bin/x\n`, { kind: 'process' }],
  ['region = eu-west-1\n', { kind: 'other', says: null }],
])('a profile with %j', (config, choice) => {
  expect(choiceOf(config)).toMatchObject(choice)
})
