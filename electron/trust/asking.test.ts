/** Main asks: one question after the other, each with what stands in the files when its turn has come. */
import { expect, test } from 'vitest'
import { fail, fault, ok } from '../../shared/result'
import type { CommandQuestion, DestinationQuestion } from '../../shared/trust/command-question'
import type { ShownQuestion } from '../../shared/trust/question-text'
import { createAsking } from './asking'

const question = (fingerprint: string): CommandQuestion => ({
  context: `of ${fingerprint}`,
  contexts: [`of ${fingerprint}`],
  fingerprint,
  kind: 'exec',
  command: 'sh',
  resolved: '/bin/sh',
  realPath: '/bin/dash',
  args: ['-c', fingerprint],
  env: [],
  clusterInfo: [],
  file: '/f',
  line: 1,
  why: 'It could do anything.',
})
const to: DestinationQuestion = {
  kind: 'file',
  path: '/f',
  realPath: '/f',
  revision: 'r1',
  destinations: [
    {
      name: 'c',
      server: 'https://evil.example',
      authority: ['SHA-256 AA:BB'],
      tlsServerName: 'other.example',
      proxyUrl: 'http://proxy.example',
      insecure: false,
      contexts: ['a', 'b'],
    },
  ],
}

/** The answers in their order; when they run out, the user refuses. */
function asking(
  answers: readonly boolean[],
  more: Partial<Parameters<typeof createAsking>[0]['trust']> = {},
) {
  const shown: ShownQuestion[] = []
  const kept: string[] = []
  const left = [...answers]
  let open = 0
  const made = createAsking({
    trust: {
      ask: async () => ['one', 'two'].filter((name) => !kept.includes(name)).map(question),
      allow: async (_context, _environment, fingerprint) => {
        kept.push(fingerprint)
        return ok(null)
      },
      destination: async () => to,
      allowDestination: async ({ revision }) => {
        kept.push(revision ?? '')
        return ok(null)
      },
      ...more,
    },
    nameOf: (context) => context,
    show: async (_page, one) => {
      open += 1
      expect(open).toBe(1)
      shown.push(one)
      await new Promise((resolve) => setTimeout(resolve, 5))
      open -= 1
      return left.shift() ?? false
    },
  })
  return { made, shown, kept }
}
const wanted = {
  contexts: ['of one', 'of two', 'of none'],
  environment: 'app',
  again: false,
} as const
type Made = ReturnType<typeof asking>['made']
const askAbout = async (made: Made, ...[what, who]: Parameters<Made['commands']>) =>
  (await made.commands(what, who)).ask()
const by = { page: 1, signal: new AbortController().signal }

test('each command is asked about in its turn, and only what was allowed is kept', async () => {
  const { made, shown, kept } = asking([true, false])
  expect(await askAbout(made, wanted, by)).toEqual(ok({ refused: 1 }))
  expect(shown.map(({ title, allow }) => [title, allow])).toEqual([
    ['Run this command? (1 of 2)', 'Allow'],
    ['Run this command? (2 of 2)', 'Allow'],
  ])
  expect(kept).toEqual(['one'])
})

test('who is not asked about need not wait, and each answer lets go on those about whom nothing is asked any more', async () => {
  const both = { ...question('two'), contexts: ['of one', 'of two'] }
  const { made, kept } = asking([true, false], { ask: async () => [question('one'), both] })
  const questions = await made.commands(wanted, by)
  expect(questions.contexts).toEqual(['of one', 'of two'])
  expect(kept).toEqual([])
  const answered: (readonly string[])[] = []
  expect(await questions.ask((contexts) => answered.push(contexts))).toEqual(ok({ refused: 1 }))
  expect(answered).toEqual([['of one', 'of two']])

  const alone = asking([true, false])
  const one = await alone.made.commands(wanted, by)
  await one.ask((contexts) => answered.push([...contexts, ...alone.kept]))
  expect(answered.slice(1)).toEqual([
    ['of one', 'one'],
    ['of two', 'one'],
  ])
})

test('two pages at once have one question open at a time, and none twice', async () => {
  const { made, shown, kept } = asking([true, true])
  await Promise.all([askAbout(made, wanted, by), askAbout(made, wanted, { ...by, page: 2 })])
  expect([shown.length, kept]).toEqual([2, ['one', 'two']])
})

test('a refusal holds until the question is opened from its row', async () => {
  const { made, shown, kept } = asking([false, false, true, true])
  await askAbout(made, wanted, by)
  expect(await askAbout(made, wanted, by)).toEqual(ok({ refused: 2 }))
  expect(shown).toHaveLength(2)
  expect(await askAbout(made, { ...wanted, again: true }, by)).toEqual(ok({ refused: 0 }))
  expect([shown.length, kept]).toEqual([4, ['one', 'two']])
})

test('who asks for the same many times at once is refused once, whatever is asked, and may ask again later', async () => {
  const { made, shown } = asking([])
  const often = Array.from({ length: 20 }, () => 0)
  const again = { ...wanted, again: true }
  const answers = await Promise.all(often.map(() => askAbout(made, again, by)))
  expect(answers).toEqual(often.map(() => ok({ refused: 2 })))
  expect(shown).toHaveLength(2)
  await Promise.all(often.map(() => made.destination('x', by)))
  expect(shown).toHaveLength(3)
  const once = { title: 't', lead: '', parts: [], note: '', refuse: 'Close', allow: 'Do it' }
  await Promise.all(often.map(() => made.once(once, by)))
  expect(shown).toHaveLength(4)
  await askAbout(made, again, by)
  await made.destination('x', by)
  await made.once(once, by)
  expect(shown).toHaveLength(8)
})

test('no mark covers what is beside it: many on one letter neither wrap nor stay in their line', async () => {
  const marked = { ...question('one'), args: [`a${'\u0338\u20e0'.repeat(2)}b`], file: '/f\u0338' }
  const { made, shown } = asking([false], { ask: async () => [marked] })
  await askAbout(made, wanted, by)
  const lines = shown[0]?.parts[0]?.map(({ label, value }) => `${label} ${value}`)
  expect(lines).toContain('argument a⟨U+0338⟩⟨U+20E0⟩⟨U+0338⟩⟨U+20E0⟩b')
  expect(lines).toContain('written in /f⟨U+0338⟩:1')
})

test('the page that wanted it has gone: nothing is kept, and nothing counts as refused', async () => {
  const gone = new AbortController()
  const { made, shown, kept } = asking([true, true, true, true])
  const answer = askAbout(made, wanted, { page: 1, signal: gone.signal })
  gone.abort()
  expect(await answer).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
  expect([shown.length, kept]).toEqual([0, []])
  await askAbout(made, wanted, by)
  expect(kept).toEqual(['one', 'two'])
})

test('what has changed while the question was open is not allowed, and that is said', async () => {
  const changed = fail(fault('not-found', 'It has changed since.', 'Look again.'))
  const { made } = asking([true, true, true], {
    allow: async () => changed,
    allowDestination: async () => changed,
  })
  expect(await askAbout(made, wanted, by)).toEqual(changed)
  expect(await made.destination('x', by)).toEqual(changed)
})

test('a question about a file shows where tokens would go, and its answer is for what was shown', async () => {
  const { made, shown, kept } = asking([false, true])
  expect(await made.destination('x', by)).toEqual(ok(false))
  expect(kept).toEqual([])
  expect(await made.destination('x', by)).toEqual(ok(true))
  expect(kept).toEqual(['r1'])
  expect(shown[0]?.parts[0]?.map(({ label, value }) => `${label} ${value}`)).toEqual([
    'cluster c',
    'server https://evil.example',
    'certificate SHA-256 AA:BB',
    'server name other.example',
    'proxy http://proxy.example',
    'for a, b',
  ])
})

test('a command that is too long has no button that allows it', async () => {
  const long = { ...question('one'), args: ['x'.repeat(9_000)] }
  const { made, shown } = asking([false], { ask: async () => [long] })
  await askAbout(made, wanted, by)
  expect(shown[0]?.allow).toBe(null)
  expect(shown[0]?.lead).toContain('longer than 8 KiB')
})
