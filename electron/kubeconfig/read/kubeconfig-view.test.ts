/** Single entries of a view by their ids: the lists of its snapshot are the judge. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entryId } from '../../../shared/kubeconfig/entries'
import { kubeconfigFile } from '../../testing/generated-kubeconfig'
import { usualKubeconfig } from '../../testing/usual-kubeconfig'
import { readDocument } from './document'
import { fileOf } from './file-facts'
import { type KubeconfigView, viewOf } from './kubeconfig-view'

function viewOfTexts(texts: readonly string[]): KubeconfigView {
  const files = texts.map((text, at) => {
    const document = readDocument(`/home/me/${at}`, text)
    const facts = {
      path: document.file,
      realPath: null,
      source: 'default',
      own: true,
      trusted: true,
    } as const
    return {
      file: fileOf({ ...facts, revision: text, bytes: 0, mode: null, uid: null, noted: [] }, document),
      document,
    }
  })
  return viewOf(1, files)
}

test('every entry is found by its id, those of a name that comes twice too, and nothing else is', () => {
  const text = fc.oneof(
    usualKubeconfig,
    kubeconfigFile().map(({ text }) => text),
  )
  let twice = 0
  fc.assert(
    fc.property(text, text, (first, second) => {
      const view = viewOfTexts([first, second])
      const { contexts, clusters, users } = view.snapshot
      for (const entry of contexts) {
        const found = view.resolve(entry.id)
        expect(found && [found.id, found.entry]).toEqual([entry.id, entry])
        expect(view.resolve(entry.id.replace(/,(\d+)\]$/, ', $1]'))).toBeNull()
        if (entry.origin.duplicate) twice += 1
      }
      for (const entry of [...contexts, ...clusters, ...users]) {
        const { file, line } = entry.origin
        expect(view.text(entry.id)).toMatchObject({ file, line })
      }
      for (const entry of [...clusters, ...users]) expect(view.resolve(entry.id)).toBeNull()
      for (const [file, name, at] of [
        ['/home/me/0', 'nobody', 0],
        ['/home/me/0', contexts[0]?.name ?? '', 99],
        ['/elsewhere', contexts[0]?.name ?? '', 0],
      ] as const)
        expect(view.resolve(entryId('context', file, name, at))).toBeNull()
      expect(view.resolve('none')).toBeNull()
    }),
    { numRuns: 25 },
  )
  expect(twice).toBeGreaterThan(0)
})
