/** No text of others makes a pattern take more than linear time (docs/security.md, "Hostile input"). */

import { describe, expect, test } from 'vitest'
import { parseServer } from '../../shared/destination/address'
import { fillTemplate, parseTemplate } from '../../shared/edits/name-template'
import { throughWrappers } from '../../shared/exec/inside'
import { execMeaning, regionOfServer } from '../../shared/exec/parse'
import { canonicalArn, parseClusterArn, permissionSetOf } from '../../shared/identity/arn'
import { tunnelOf } from '../../shared/identity/eks-endpoint'
import { isRegion } from '../../shared/identity/regions'
import { partitionOfStsHost } from '../../shared/identity/sts-hosts'
import {
  isShownWord,
  maskAddress,
  maskArguments,
  maskComment,
  maskText,
  passwordsInAddresses,
  publicAddress,
  wholeAddress,
} from '../../shared/kubeconfig/secrets'
import { oneIn, someOf } from '../../shared/testing/counts'
import { visible, visibleLines } from '../../shared/visible'
import { parseGoIni } from '../aws/files/go-ini'
import { parseIni, shellWords } from '../aws/files/ini'
import { awsPaths } from '../aws/files/paths'
import { readDocument } from '../kubeconfig/read/document'
import { maskedText } from '../kubeconfig/read/masked-text'
import { copyEntry } from '../kubeconfig/rewrite/copy-entry'
import { separator } from '../kubeconfig/rewrite/flow'
import { writeString } from '../kubeconfig/yaml/quote'
import { redact } from '../system/redact-output'
import { clusterJson } from '../whoami/cluster-json'
import { parseExecCredential } from '../whoami/exec-credential'
import { causeOf, problemOfStderr } from '../whoami/problem-causes'
import { factsOf } from './entry-facts'
import { growth } from './linear-time'

type Run = (text: string) => unknown

/** Repeated, these are what patterns of this kind stumble over: runs of what one of their parts takes, and their beginnings. */
const pieces = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  '/',
  '-',
  '#',
  '=',
  ':',
  '.',
  '"',
  "'",
  '\\',
  '\\"',
  '{',
  '}',
  '[',
  '$',
  '%',
  '!',
  '@',
  'a',
  'A',
  '0',
  '${',
  '../',
  '/./..',
  'a-',
  '-a',
  'a.',
  'a:',
  'a=',
  '--a ',
  ' #',
  '\t#',
  'a@',
  'a://',
  '://',
  'eyJ',
  '-eyJ.',
  'Bearer ',
  '-----BEGIN ',
  '-----BEGIN A PRIVATE KEY-----',
  'k8s-aws-v1.',
  'password',
  'password = ',
  'a="',
  "a='",
  'x: ',
  'arn:aws:',
  '\x1b[',
  '\x1b[0 ',
  '•',
]
const ends = ['\n!', 'Ω"', ...(process.env.EKSCOPE_FULL === '1' ? ['', '\0', '/\n!'] : [])]

function slowest(run: Run, of: readonly string[], length: number): readonly string[] {
  const slow: string[] = []
  for (const piece of of)
    for (const end of ends) {
      if (slow.length > 2) return slow
      const grown = growth(run, (size) => `x${piece.repeat(size / piece.length)}${end}`, length)
      if (grown > 9) slow.push(`${JSON.stringify(piece)} … ${JSON.stringify(end)}: ${grown.toFixed(1)}`)
    }
  return slow
}

const template = (text: string) => {
  const parsed = parseTemplate(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.template
}
const exec = (value: string) => ({
  command: value,
  args: ['eks', 'get-token', '--cluster-name', value],
  env: [],
})
const entry = (value: string) =>
  `contexts:\n- name: a\n  context: {cluster: b}${value}\n- name: b\n  context:\n    cluster: b\n`

/** What is fed the text of others, by the file that it stands in. */
const fed: Readonly<Record<string, Readonly<Record<string, Run>>>> = {
  'redact-output, causes, cluster-json': {
    redact: (text) => redact(text),
    clusterJson: (text) => clusterJson(JSON.stringify(text), 'Bearer token-token'),
    causeOf: (text) => causeOf(text, factsOf(null)),
  },
  secrets: {
    maskText,
    maskAddress,
    wholeAddress,
    publicAddress: (text) => publicAddress(text, parseServer),
    maskArguments: (text) => maskArguments([text, `--${text}`, `--token=${text}`]),
    maskComment: (text) => maskComment(text, () => false),
    isShownWord: (text) => isShownWord(text, () => false),
    passwordsInAddresses: (text) => passwordsInAddresses([text, `http://${text}`]),
  },
  visible: { visible, visibleLines },
  'ini, profiles': {
    parseIni: (text) => parseIni(`[a]\na = ${text}\n${text}`, '/f'),
    parseGoIni: (text) => parseGoIni(`[a]\na = ${text}\n${text}`, '/f'),
    shellWords,
    'awsPaths (HOME)': (text) => awsPaths({ HOME: text }, '/h', 'linux'),
    awsPaths: (text) => awsPaths({ AWS_CONFIG_FILE: text, HOME: '/h' }, '/h', 'linux'),
    'awsPaths (Windows)': (text) => awsPaths({ AWS_CONFIG_FILE: text }, '/h', 'win32'),
  },
  'exec/parse, arn, eks-endpoint, regions, sts-hosts': {
    execMeaning: (text) => execMeaning(exec(text)),
    regionOfServer: (text) => regionOfServer(`https://${text}`),
    tunnelOf: (text) => tunnelOf({ server: `https://${text}`, tlsServerName: null }, `https://${text}`),
    parseClusterArn,
    canonicalArn,
    permissionSetOf: (text) => permissionSetOf(`AWSReservedSSO_${text}`),
    isRegion: (text) => isRegion(`us-${text}`),
    partitionOfStsHost: (text) => partitionOfStsHost(`sts.us-east-${text}`),
  },
  'exec/inside, shell-words': {
    'inside, a script': (text) => throughWrappers({ command: 'sh', args: ['-c', text], env: [] }),
    'inside, an option': (text) =>
      throughWrappers({ command: 'aws-vault', args: ['exec', `--${text}`, `-${text}=`], env: [] }),
  },
  'exec-credential': { parseExecCredential: (text) => parseExecCredential(`a: ${text}`, 'v1') },
  'name-template': {
    slug: (text) => fillTemplate(template('{context|slug}'), { context: text }),
    gap: (text) => fillTemplate(template('{context}-{region}'), { context: text, region: null }),
  },
  'quote, flow': {
    writeString: (text) => writeString(text, 'plain', { flow: false }),
    separator: (text) =>
      separator(`{${text.slice(1)}a: b}`, [{ start: text.length, end: text.length + 4 }], 0),
  },
  'document, masked-text, copy-entry': {
    readDocument: (text) => readDocument('/f', text),
    '%TAG': (text) => readDocument('/f', `%TAG ! ${text}\n--- {}\n`),
    maskedText: (text) => {
      const document = readDocument('/f', entry(` # ${text}`))
      return maskedText(document)(0, document.text.length)
    },
    copyEntry: (text) => {
      const blanks = text.replace(/[^\t]/g, ' ')
      const document = readDocument('/f', entry('').replace('{cluster: b}', `{cluster: b${blanks}, user: c}`))
      const found = document.contexts[0]
      return found && copyEntry({ document, entry: found }, 'context', 0, '\n', false)
    },
  },
}

let turn = 0
describe.each(Object.entries(fed))('%s', (_, runs) => {
  test.each(Object.entries(runs))('%s takes linear time', (_name, run) => {
    // Every second piece in the quick run, of the next function the others.
    const first = turn++
    const some = someOf(pieces, (piece, at) => oneIn(2)(piece, at + first))
    expect(slowest(run, some, 16_384)).toEqual([])
  })
})

test('what a failed command wrote: each message, repeated and cut short', () => {
  const messages = [
    'AccessDenied.',
    'AccessDenied:',
    'AccessDenied: AssumeRol',
    '(AccessDenied) when calling the AssumeRole operation (',
    'when calling the GetRoleCredentials operation (',
    'The config profile (',
    'The source_profile "',
    'The profile "',
    'The credential source "',
    'Partial credentials found in ',
    'Error when retrieving credentials from ',
    'The value for ',
    '(AccessDenied) when calling the AssumeRole operation: User: ',
    'argument ',
    '(InvalidIdentityToken',
    'when calling the AssumeRole',
  ]
  expect(
    slowest(
      (text) => causeOf(text, factsOf(null)),
      [...messages, ...messages.map((one) => `${one}:`)],
      16_384,
    ),
  ).toEqual([])
  // As it comes from a command, where it is redacted and cut: a profile's name is enough for the text of it.
  const profile = (length: number) =>
    `x\nAccessDenied.${'AccessDenied.'.repeat(length / 26)}${':'.repeat(length / 2)}`
  expect(
    growth((text) => problemOfStderr(text, 'exit status 255', factsOf(null), []), profile, 2_000),
  ).toBeLessThan(9)
})
