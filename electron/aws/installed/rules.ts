/**
 * What the versions of aws do differently, as far as it decides the identity and what advice can be followed. Tested with a
 * version of each kind in predicted-identity.oracle.test.ts. Pure.
 */

import { newestOfOptions } from '../../../shared/exec/program-arguments'
import { firstWithLogin, isAtLeast } from '../../../shared/identity/aws-version'
import type { UsedProgram } from '../../../shared/identity/identity'

/** The rules that a command will follow, and what is uncertain about them. */
export interface RulesInUse {
  readonly rules: AwsRules
  /** As `aws --version` says it: `2.23.6`; null where it is not known. */
  readonly version: string | null
  /** Why a prediction by these rules is not certain, as a source of a prediction says it; null where it is. */
  readonly doubt: string | null
  /** Another aws on PATH, of version 2, where this one lacks a command; null where there is none, or it lacks none. */
  readonly newer: UsedProgram | null
}

const version2 = {
  /** Which variable names the profile: the first that is set. */
  profileVariables: ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'],
  /** Which variable names the region: the first that is set. */
  regionVariables: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  /** It uses credentials of SSO roles in ~/.aws/cli/cache. */
  cachesSso: true,
  /** It uses credentials of a web identity there by their role alone; others by the token of its file too, which is not read for a name. */
  cachesWebIdentity: true,
  /** It takes credentials of `login_session`; others pass over that setting. */
  readsLogin: true,
  /** For `login_session` it needs awscrt, which may not be installed with it. */
  loginWantsCrt: false,
  /** It asks any host for the credentials of a container, by https. */
  asksByTls: true,
  /** It has the command `aws login`. */
  hasLogin: true,
  /** It has the command `aws sso login`, and `aws configure sso`. */
  hasSsoLogin: true,
  /** A session is signed in to in the browser of this machine, unless a code is requested; older versions only use a code. */
  signsInByBrowser: true,
}
/** The rules of one version. */
export type AwsRules = Readonly<typeof version2>

const version1: AwsRules = {
  ...version2,
  profileVariables: ['AWS_DEFAULT_PROFILE', 'AWS_PROFILE'],
  regionVariables: ['AWS_DEFAULT_REGION'],
  cachesSso: false,
  loginWantsCrt: true,
  hasLogin: false,
  // It has no sign-in, so the rule about sign-in by browser needs no override.
  hasSsoLogin: false,
}

/** The newest version that tests run. */
export const newestVersion = newestOfOptions[2]

/** The newest rules: what Ekscope itself follows where it asks AWS, and where no version is known. */
export const newestRules: AwsRules = version2

/** The first that take credentials of `aws login`. */
const firstWithLoginSession: Readonly<Record<number, string>> = { 1: '1.43.0', 2: firstWithLogin }
/** The first that ask any host for the credentials of a container, by https. */
const firstByTls: Readonly<Record<number, string>> = { 1: '1.43.11', 2: '2.33.2' }
/** The first of version 1 that names what it caches of a web identity by the token too. */
const firstByToken = '1.46.0'
/** The first whose `aws sso login` takes an authorization code with PKCE (awscli's changelog). */
const firstByBrowser = '2.22.0'
/** Older ones know neither `services` sections nor AWS_ENDPOINT_URL; their rules are not known here. */
const firstKnown: Readonly<Record<number, string>> = { 1: '1.29.0', 2: '2.13.0' }

/** `unknown`: why no version is known, as a source of a prediction says it. */
export function rulesOf(
  version: string | null,
  unknown: string,
  newer: UsedProgram | null = null,
): RulesInUse {
  const major = version === null ? null : Number.parseInt(version, 10)
  if (version === null || (major !== 1 && major !== 2)) {
    const doubt = version === null ? unknown : `aws ${version} has rules that Ekscope does not know`
    return { rules: newestRules, version, doubt, newer }
  }
  const login = isAtLeast(version, firstWithLoginSession[major] ?? '')
  const signsInByBrowser = isAtLeast(version, firstByBrowser)
  const asksByTls = isAtLeast(version, firstByTls[major] ?? '')
  const rules =
    major === 1
      ? { ...version1, readsLogin: login, asksByTls, cachesWebIdentity: !isAtLeast(version, firstByToken) }
      : { ...version2, readsLogin: login, hasLogin: login, asksByTls, signsInByBrowser }
  const known = firstKnown[major] ?? ''
  const doubt = isAtLeast(version, known)
    ? null
    : `aws ${version} is older than ${known}, the first whose rules Ekscope knows`
  return { rules, version, doubt, newer }
}

/** Where nothing says which aws is meant: certain, by the newest rules. */
export const byNewestRules: RulesInUse = {
  rules: newestRules,
  version: null,
  doubt: null,
  newer: null,
}

/** Rules of each kind, for what must hold whichever version it is; the newest first. */
export const everyRules: readonly RulesInUse[] = ['2.99.0', '2.13.0', '1.99.0', '1.29.0'].map((version) =>
  rulesOf(version, ''),
)
