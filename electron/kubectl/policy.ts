/**
 * What the kubectl of an environment refuses by its kuberc, whatever the kubeconfig says. kubectl is found and read, never run;
 * its kuberc is read as kubectl reads it (kuberc.ts).
 */

import { basename, join } from 'node:path'
import type { Problem } from '../../shared/identity/identity'
import { once } from '../../shared/once'
import { quoted } from '../../shared/visible'
import { readBounded } from '../aws/files/read'
import { kubectlHome } from '../system/kubectl-home'
import { leadsTo } from '../system/look-path'
import { cleanPath, type Kuberc, readKuberc } from './kuberc'
import { type Kubectl, kubectlIn } from './which-kubectl'

type Variables = Readonly<Record<string, string>>

/** Why kubectl refuses to use an entry. */
export interface KubectlRefusal {
  readonly problem: Problem
  /** The kubectl of this environment is known to do so; false: some versions do, and this one's version is unknown. */
  readonly certain: boolean
}

export interface KubectlPolicy {
  /** Of an entry with this command, which is a name or an absolute path; null: of one that runs none. */
  refusal(command: string | null): Promise<KubectlRefusal | null>
}

interface KubectlEnvironment {
  readonly variables: Variables
  readonly readable?: boolean
}

/** Of each environment once for one `reading`: another reading sees what has changed. */
export function kubectlPolicy(reading: object, environment: KubectlEnvironment): Promise<KubectlPolicy> {
  const ofReading = once(policies, reading, () => new WeakMap<object, Promise<KubectlPolicy>>())
  return once(ofReading, environment, () => readPolicy(environment))
}

const policies = new WeakMap<object, WeakMap<object, Promise<KubectlPolicy>>>()

const refusesNothing: KubectlPolicy = { refusal: async () => null }

/** Where kubectl looks for its preferences; null where these are switched off. */
export function kubercPath(variables: Variables): { readonly path: string; readonly named: boolean } | null {
  const { KUBERC, KUBECTL_KUBERC } = variables
  if (KUBERC === 'off' || KUBECTL_KUBERC?.toLowerCase() === 'false') return null
  if (KUBERC) return { path: KUBERC, named: true }
  return { path: join(kubectlHome(variables), '.kube', 'kuberc'), named: false }
}

const mostBytes = 1024 * 1024

async function readPolicy({ variables, readable }: KubectlEnvironment): Promise<KubectlPolicy> {
  // Nothing is reported for a login shell that could not be read.
  if (readable === false) return refusesNothing
  const place = kubercPath(variables)
  if (place === null) return refusesNothing
  const text = await textAt(place.path)
  const newest = kubercIn(text, place.named, true)
  const older = kubercIn(text, place.named, false)
  if (newest.kind === 'all' && older.kind === 'all') return refusesNothing
  const kubectl = await kubectlIn(variables)
  if (kubectl?.obeys === false) return refusesNothing
  const one = kubectl?.commandItems === false ? older : newest
  const other = kubectl?.commandItems === null || kubectl === null ? older : one
  const known = new Map<string | null, Promise<KubectlRefusal | null>>()
  const question = { place: place.path, kubectl, variables }
  return {
    refusal: (command) => once(known, command, () => refusalOf(command, [one, other], question)),
  }
}

type Text = { readonly text: string } | { readonly why: string }

async function textAt(path: string): Promise<Text> {
  const read = await readBounded(path, mostBytes)
  switch (read.state) {
    case 'read':
      return { text: Buffer.from(read.bytes).toString() }
    case 'missing':
      return { why: 'KUBERC names it, and no such file is there' }
    case 'denied':
      return { why: `it cannot be read (${read.why})` }
    case 'too-large':
      return { why: 'it is larger than Ekscope reads' }
  }
}

function kubercIn(text: Text, named: boolean, commandItems: boolean): Kuberc {
  if ('text' in text) return readKuberc(text.text, named, { commandItems })
  // Without KUBERC kubectl warns at most.
  return named ? { kind: 'refused', why: text.why, line: null } : { kind: 'all' }
}

interface Question {
  readonly place: string
  readonly kubectl: Kubectl | null
  readonly variables: Variables
}

/** `files`: the file as this kubectl reads it, or each way in which it might, where that is unknown. */
async function refusalOf(
  command: string | null,
  files: readonly Kuberc[],
  question: Question,
): Promise<KubectlRefusal | null> {
  const { kubectl } = question
  const [first, second] = await Promise.all(files.map((kuberc) => problemOf(command, kuberc, question)))
  const problem = first ?? second
  if (!problem) return null
  if (kubectl?.obeys && first && second) return { problem, certain: true }
  const unsure =
    kubectl === null
      ? 'PATH has no kubectl whose version would tell.'
      : `Whether ${kubectl.path} is of such a version cannot be told without running it.`
  return { problem: { ...problem, message: `${problem.message} ${unsure}` }, certain: false }
}

async function problemOf(
  command: string | null,
  kuberc: Kuberc,
  { place, kubectl, variables }: Question,
): Promise<Problem | null> {
  const version = kubectl?.version ? ` ${kubectl.version}` : ''
  const called = kubectl?.obeys ? `kubectl${version}` : 'a kubectl of version 1.35 or newer'
  switch (kuberc.kind) {
    case 'all':
      return null
    case 'refused': {
      const at = kuberc.line === null ? place : `${place}:${kuberc.line}`
      return {
        code: 'kuberc-refused',
        message: `The kuberc ${at} stops every command of ${called}: ${kuberc.why}.`,
        next: `Fix ${place}, or switch it off with KUBERC=off.`,
      }
    }
    case 'none':
      if (command === null) return null
      return {
        code: 'plugin-not-allowed',
        message: `The kuberc ${place}:${kuberc.line} sets credentialPluginPolicy to DenyAll, so ${called} runs no exec command.`,
        next: `If ${command} is meant to run, set the policy to Allowlist in ${place}, with a credentialPluginAllowlist that has the name ${quoted(command)}.`,
      }
    case 'listed': {
      if (command === null || (await isListed(command, kuberc.allowed, variables))) return null
      return {
        code: 'plugin-not-allowed',
        message: `The credentialPluginAllowlist in the kuberc ${place}:${kuberc.line} does not have ${command}, so ${called} does not run it.`,
        next: `If ${command} is meant to run, add the name ${quoted(command)} to that list in ${place}.`,
      }
    }
  }
}

/** As client-go compares a command with the list; true also of a command that is not found, which another check reports. */
async function isListed(command: string, allowed: readonly string[], variables: Variables): Promise<boolean> {
  const called = cleanPath(command)
  if (allowed.includes(called)) return true
  const path = called.includes('/') ? called : await leadsTo(called, variables)
  if (path === null || allowed.includes(path)) return true
  for (const item of allowed) {
    if (basename(item) === basename(path) && (await leadsTo(item, variables)) === path) return true
  }
  return false
}
