import fc from 'fast-check'
import { expect, test } from 'vitest'
import { factsOfPart, type Program } from './added-by-write'
import type { CommandQuestion, Destination } from './command-question'
import { destinationFacts, listed, maskedDestination } from './command-question'
import {
  heightOf,
  shownCommand,
  shownDestinations,
  shownPurge,
  shownTry,
  shownUnlock,
  shownWrite,
} from './question-text'

const command: CommandQuestion = {
  context: 'c',
  contexts: ['c'],
  fingerprint: 'f',
  kind: 'exec',
  command: '/opt/corp/login',
  resolved: '/opt/corp/login',
  realPath: null,
  args: ['token'],
  env: [],
  clusterInfo: [],
  file: '/home/ana/.kube/config',
  line: 4,
  why: 'It is no program that is known.',
}
const destination: Destination = {
  name: 'team',
  server: 'https://team.example',
  authority: [],
  tlsServerName: null,
  proxyUrl: null,
  insecure: false,
  contexts: ['team'],
}
const asked = (args: readonly string[]) => shownCommand({ ...command, args }, ['c'], { at: 1, of: 1 })
const foreign = (many: number) =>
  shownDestinations({
    kind: 'file',
    path: '/home/ana/team.yaml',
    realPath: null,
    revision: null,
    destinations: Array.from({ length: many }, () => destination),
  })

test('a command that cannot be allowed says so first, and there is nothing to refuse', () => {
  const { lead, note, refuse, allow } = asked(['x'.repeat(9_000)])
  expect([refuse, allow]).toEqual(['Close', null])
  expect(lead).toContain('longer than 8 KiB')
  expect(note).toContain('Only its beginning is shown')
})

test('the sign for a blank is explained where there is one', () => {
  expect(asked(['a b']).note).toContain('␣')
  expect(asked(['token']).note).not.toContain('␣')
  // A refusal is kept neither for the terminal nor in Settings.
  expect(asked(['token']).note).toBe(
    'What you allow holds for exactly this, here and in the terminal, until you revoke it in Settings. A refusal holds until the app ends.',
  )
})

test('refusing is called by what then happens', () => {
  expect([asked([]), shownPurge(2), shownUnlock('l', 'kubectl')].map(({ refuse }) => refuse)).toEqual([
    'Do not allow',
    'Keep it',
    'Keep it',
  ])
})

test('how many servers would get a token is said where they may not all be seen at once', () => {
  expect(foreign(1).lead).toContain('This one would')
  expect(foreign(7).lead).toContain('Each of these 7 clusters would')
})

test('a write is called by what it brings', () => {
  const nothing = { command: null, args: [], env: [], toldOfCluster: false, files: [], authProvider: null }
  const user = { ...nothing, acting: null, installHint: null, interactiveMode: null }
  const root = { as: 'root', uid: null, groups: [], extra: {} }
  const part = { name: 'x', file: '/f', contexts: [], was: null }
  const acts = { ...part, kind: 'user', now: { ...user, acting: root } } as const
  const runs = { ...part, kind: 'user', now: { ...user, command: 'corp' } } as const
  const sends = { ...part, kind: 'cluster', now: { destination, config: null } } as const
  const nowhere = { ...sends, now: { destination: { ...destination, server: '' }, config: null } }
  const said = (...parts: Parameters<typeof shownWrite>[0]['parts']) => {
    const { title, lead } = shownWrite({ parts })
    return [
      title,
      lead
        .replace(/ yet\b/g, '')
        .replace(/^With this change kubectl would /, '')
        .replace(/\. .*/, ''),
    ]
  }
  expect(said(acts)).toEqual(['Write a user that acts as another?', 'act as another identity'])
  expect(said(runs)).toEqual(['Write a new command?', 'run or read what your files do not name'])
  expect(said(sends)).toEqual(['Write a new server?', 'send tokens where your files do not send them'])
  expect(said(nowhere)).toEqual(['Write a new server?', 'go to this machine for want of a server'])
  expect(said(acts, nowhere)).toEqual([
    'Write new commands and servers?',
    'act as another identity, and go to this machine for want of a server',
  ])
  const tried = shownTry({ parts: [runs, sends] })
  expect(tried).toMatchObject({
    title: 'Try new commands and servers?',
    allow: 'Try it',
    refuse: 'Do not try',
  })
  expect(tried.lead).toMatch(/^This try would run or read /)
  expect(tried.parts).toEqual(shownWrite({ parts: [runs, sends] }).parts)
})

test('what brings more than two mebibytes of lines cannot be allowed, however short each is', () => {
  const { command, nothing } = {
    command: 'x'.repeat(8_000),
    nothing: { env: [], files: [], authProvider: null },
  }
  const now = {
    ...nothing,
    command,
    args: [],
    toldOfCluster: false,
    acting: null,
    installHint: null,
    interactiveMode: null,
  }
  const part = { kind: 'user', name: 'x', file: '/f', contexts: [], was: null, now } as const
  const [most, more] = [261, 263].map((count) =>
    shownWrite({ parts: Array.from({ length: count }, () => part) }),
  )
  expect([most?.allow, more?.allow, more?.refuse]).toEqual(['Write it', null, 'Close'])
  expect(more?.lead).toContain('too long to be judged')
  expect(more?.note).toBe('Nothing is written.')
  expect(shownTry({ parts: Array.from({ length: 263 }, () => part) })).toMatchObject({
    ...{ allow: null, refuse: 'Close', note: 'Nothing is tried.' },
  })
})

test('a name that could be taken for several, or for words of ours, stands in quotation marks', () => {
  expect(listed(['a', 'b-c', 'arn:aws:eks:eu-west-1:1:cluster/x'])).toBe(
    'a, b-c, arn:aws:eks:eu-west-1:1:cluster/x',
  )
  expect(listed(['a, b', 'c'])).toBe('“a,␣b”, c')
  expect(listed(['a', 'b', 'c'])).not.toBe(listed(['a', 'b, c']))
  // Nor can a name end its own quotation marks, or hold the sign of a blank.
  expect(listed(['a”, “b', '', '␣', 'a"b', 'x\ny'])).toBe(
    '“a⟨U+201D⟩,␣⟨U+201C⟩b”, “”, ⟨U+2423⟩, “a"b”, “x⟨U+000A⟩y”',
  )
  const names = ['a, b', 'team']
  const all = [
    shownCommand(command, names, { at: 1, of: 1 }),
    shownDestinations({
      kind: 'file',
      path: '/f',
      realPath: null,
      revision: null,
      destinations: [{ ...destination, contexts: names }],
    }),
  ]
  for (const { parts } of all)
    expect(parts.flat().find(({ label }) => label === 'for')?.value).toBe('“a,␣b”, team')
})

test('a short question has a low window, a long one no higher than fits a small screen', () => {
  const heights = [shownPurge(2), asked(['token']), asked(['a', 'b', 'c', 'd']), foreign(20)].map(heightOf)
  expect(heights).toEqual([...heights].sort((a, b) => a - b))
  expect(heights[0]).toBeLessThan(320)
  expect(heights[1]).toBeLessThan(400)
  expect(heights.at(-1)).toBe(640)
})

test('a destination says where its address leads, wherever that is more than a host, masked or not', () => {
  const eks = 'ABC.gr7.us-east-1.eks.amazonaws.com'
  const addresses = (server: string, more: Partial<Destination> = {}) => {
    const one = { ...destination, server, ...more }
    const facts = (of: Destination) =>
      destinationFacts(of)
        .filter(({ label }) => ['server', 'leads to', 'server name', 'proxy'].includes(label))
        .map(({ label, value }) => `${label}: ${value}`)
    return [facts(one), facts(maskedDestination(one))]
  }
  const plain = [`server: https://${eks}:6443`]
  expect(addresses(`https://${eks}:6443`)).toEqual([plain, plain])
  const behind = [`server: https://127.0.0.1:9413/a@${eks}`, 'leads to: 127.0.0.1:9413']
  expect(addresses(`https://127.0.0.1:9413/a@${eks}`)).toEqual([behind, behind])
  expect(addresses(`https://${eks}:pw@127.0.0.1`)).toEqual([
    [`server: https://${eks}:pw@127.0.0.1`, 'leads to: 127.0.0.1:443'],
    ['server: https://••••••@127.0.0.1', 'leads to: 127.0.0.1:443'],
  ])
  const letters = [
    'server: https://eks.xn--mazonaws-06g.com',
    'leads to: eks.xn--mazonaws-06g.com:443 (in letters: eks.\u0430mazonaws.com)',
  ]
  expect(addresses('https://eks.\u0430mazonaws.com')).toEqual([letters, letters])
  const [nowhere] = addresses('https:///x', { proxyUrl: 'ftp://p', tlsServerName: '\u0430' })
  expect(nowhere).toEqual([
    'server: https:///x (leads nowhere: it names no host)',
    'server name: \u0430 (no certificate can have this name: nothing is sent)',
    'proxy: ftp://p (leads nowhere: it does not begin with a scheme that kubectl knows)',
  ])
})

test('of an entry that is changed the lines that stay and go are the old one, those that stay and come the new one', () => {
  const of = (args: readonly string[]): Program => ({
    ...{ command: 'corp', args, env: [], toldOfCluster: false, files: [], authProvider: null },
    ...{ acting: null, installHint: null, interactiveMode: null },
  })
  const lines = (was: readonly string[] | null, now: readonly string[]) =>
    factsOfPart({
      ...{ kind: 'user', name: 'x', file: '/f', contexts: [] },
      was: was && of(was),
      now: of(now),
    }).filter(({ label }) => label === 'argument')
  const words = fc.array(fc.constantFrom('a', 'b', 'c', '--role', ''), { maxLength: 8 })
  fc.assert(
    fc.property(words, words, (was, now) => {
      const shown = lines(was, now)
      const without = (change: string) => shown.flatMap((one) => (one.change === change ? [] : [one.value]))
      expect(without('come')).toEqual(lines(null, was).map(({ value }) => value))
      expect(without('gone')).toEqual(lines(null, now).map(({ value }) => value))
    }),
  )
})
