/** What became different, found in between of two texts: the comparison of all entries is the judge. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyChange, changeBetween } from '../../../shared/kubeconfig/change'
import { full } from '../../../shared/testing/counts'
import { readFileOf } from '../../testing/read-file'
import { usualJson } from '../../testing/usual-fleet'
import { usualKubeconfig } from '../../testing/usual-kubeconfig'
import { changeOfFiles, type FilesInView } from './changed'
import { readDocument } from './document'
import { viewOf } from './kubeconfig-view'

let revision = 0
function read(texts: readonly string[]): FilesInView {
  revision += 1
  const files = texts.map((text, at) => {
    const path = `/home/me/${at}`
    return { file: readFileOf(path, { revision: text }), document: readDocument(path, text) }
  })
  return { files, view: viewOf(revision, files) }
}

/** As another program might leave it: a word or a line is another, gone, or there twice, or two lines changed places. */
const edited = (text: string, way: number, place: number, word: string): string => {
  const lines = text.split('\n')
  const at = place % lines.length
  const line = lines[at] ?? ''
  const other = [
    [line.replace(/[^ ]+$/, word)],
    [line.replace(/\S/, word)],
    [],
    [line, line],
    [line, `# ${word}`],
    [` ${line}`],
    [line.replace(/(?<=: )(.*)$/, '&a $1')],
    [line.replace(/(?<=: )(.*)$/, '"$1')],
  ][way % 8]
  return [...lines.slice(0, at), ...(other ?? []), ...lines.slice(at + 1)].join('\n')
}

const words = fc.constantFrom('x', 'prod', 'p1', 'null', '{}', '[a', '"', '|', '- name: x', 'é', 'users:', '')
const change = fc.tuple(fc.nat(200), fc.nat(4_000), words)

const anyKubeconfig = fc.oneof(
  { arbitrary: usualKubeconfig, weight: 3 },
  { arbitrary: usualJson().map(({ text }) => text), weight: 1 },
)

test('it is the change that a comparison of all entries finds, whatever another program wrote', () => {
  let narrow = 0
  fc.assert(
    fc.property(
      anyKubeconfig,
      anyKubeconfig,
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (first, second, changes) => {
        const texts = [first, second]
        const before = read(texts)
        const now = changes.reduce(
          (left, [way, place, word]) =>
            place % 5 === 0
              ? [left[0] ?? '', edited(left[1] ?? '', way, place, word)]
              : [edited(left[0] ?? '', way, place, word), left[1] ?? ''],
          texts,
        )
        // A file that stays gives the very document.
        const after = read(now)
        const files = after.files.map((file, at) =>
          now[at] === texts[at] ? (before.files[at] ?? file) : file,
        )
        const same: FilesInView = { files, view: viewOf(revision, files) }
        const found = changeOfFiles(before, same)
        const judge = changeBetween(read(texts).view.snapshot, read(now).view.snapshot)
        expect({ ...found, from: 0, revision: 0 }).toEqual({ ...judge, from: 0, revision: 0 })
        expect(applyChange(before.view.snapshot, found)).toEqual(same.view.snapshot)
        if (found.order === null && found.removed.length === 0) narrow += 1
      },
    ),
    { numRuns: full ? 4_000 : 75 },
  )
  expect(narrow).toBeGreaterThan(full ? 500 : 8)
})

test('of a fleet in which one value is another no other entry is made', () => {
  const entry = (at: number, namespace: string) =>
    `- context:\n    cluster: c\n    namespace: ${namespace}\n    user: u\n  name: fleet-${at}\n`
  const text = (namespace: string) =>
    `apiVersion: v1\nclusters: []\ncontexts:\n${Array.from({ length: 500 }, (_, at) => entry(at, at === 250 ? namespace : 'team')).join('')}current-context: fleet-0\nkind: Config\nusers: []\n`
  const [before, after] = [read([text('team')]), read([text('a-longer-one')])]
  let made = 0
  const counted = new Proxy(after.view.parts, {
    get: (parts, key, itself) => {
      made += 1
      return Reflect.get(parts, key, itself)
    },
  })
  const found = changeOfFiles(before, { ...after, view: { ...after.view, parts: counted } })
  expect(found.changed.contexts.map(({ name, namespace }) => [name, namespace])).toEqual([
    ['fleet-250', 'a-longer-one'],
  ])
  expect(made).toBeLessThan(4)
})
