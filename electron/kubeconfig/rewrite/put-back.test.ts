/** Undo and reapply of one write on texts by hand: what comes back is what was there, to the byte where nothing else came. */
import { expect, test } from 'vitest'
import type { AnyEdit } from '../../../shared/edits/edit'
import { inTheWaySentence } from '../../../shared/edits/in-the-way'
import { linksBetween } from '../../../shared/edits/links'
import { entryId } from '../../../shared/kubeconfig/entries'
import { type EditSource, sourceOf } from '../read/edit-model'
import { planEdits } from './plan'
import { recordedChange } from './put-back'

type Texts = Readonly<Record<string, string | null>>
const config = '/home/me/config'
const other = '/home/me/sub/other'

const sourcesOf = (texts: Texts): readonly EditSource[] =>
  Object.entries(texts).map(([path, text]) => sourceOf({ path, listed: true, text, fault: null }))

/** The texts after these edits, and what undoes them on whatever the files have become. */
function written(texts: Texts, edits: readonly AnyEdit[]) {
  const planned = planEdits({ sources: sourcesOf(texts), revisions: [], edits })
  expect(planned.plan.problems).toEqual([])
  const after: Texts = {
    ...texts,
    ...Object.fromEntries(planned.files.map(({ path, after }) => [path, after])),
  }
  function carriedOut(now: Texts, back: boolean) {
    const record = recordedChange({
      files: planned.files.map(({ path, before, after }) => ({ path, listed: true, before, after })),
      links: linksBetween(planned.before, planned.after),
      later: [],
      back,
    })
    const left = back ? after : texts
    const intact = new Set(Object.keys(now).filter((path) => now[path] === left[path]))
    return record({ sources: sourcesOf(now), revisions: [], intact, contexts: null })
  }
  function undo(now: Texts): Texts {
    const done = carriedOut(now, true)
    if (!done.ok || done.value.kind !== 'planned') throw new Error(JSON.stringify(done))
    expect(done.value.planned.plan.problems).toEqual([])
    return { ...now, ...Object.fromEntries(done.value.planned.files.map(({ path, after }) => [path, after])) }
  }
  /** What is in the way of making the write once more. */
  function againstReapply(now: Texts): readonly string[] {
    const done = carriedOut(now, false)
    if (!done.ok || done.value.kind !== 'blocked') throw new Error(JSON.stringify(done))
    return done.value.inTheWay.map(inTheWaySentence)
  }
  return { after, undo, againstReapply }
}

const relative = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.test", certificate-authority: ./certs//ca.crt}} # two
contexts:
- {name: x, context: {cluster: c, user: u}}
users:
- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./bin/../bin/get}}}
`
const moved = (file: string): AnyEdit => ({
  kind: 'move-contexts',
  contexts: [entryId('context', config, 'x', 0)],
  file,
})

test('the undo of a move gives the same bytes where paths are written in a roundabout way', () => {
  const { after, undo } = written({ [config]: relative, [other]: null }, [moved(other)])
  expect(after[other]).toContain('../certs/ca.crt')
  expect(undo(after)).toEqual({ [config]: relative, [other]: null })
})

test('so it does where another program has rewritten the file that they were moved to', () => {
  const { after, undo } = written({ [config]: relative, [other]: null }, [moved(other)])
  const rewritten = (after[other] ?? '').replace(
    '      command:',
    '      interactiveMode: IfAvailable\n      command:',
  )
  expect(rewritten).not.toBe(after[other])
  expect(undo({ ...after, [other]: `# theirs\n${rewritten}` })[config]).toBe(relative)
})

test('what is in the way of deleting once more is not said to have come with the write', () => {
  const deleted: AnyEdit = {
    kind: 'delete-contexts',
    contexts: [entryId('context', config, 'x', 0)],
    keepOrphans: false,
  }
  const { againstReapply } = written({ [config]: relative }, [deleted])
  const anew = relative.replace('user: u}', 'user: other}')
  expect(againstReapply({ [config]: anew })).toEqual([
    'The context “x” would be removed, but was changed since.',
    'The cluster “c” would be removed, but the context “x” uses it.',
  ])
  const used = relative.replace('users:', '- {name: mine, context: {cluster: c, user: own}}\nusers:')
  expect(againstReapply({ [config]: used })).toEqual([
    'The cluster “c” would be removed, but the context “mine” uses it.',
  ])
})
