/** Removes the user's expected identity where the file is as it should be. Main asks, as for any write that changes it. */
import type { EntryId } from '../../shared/kubeconfig/entries'
import { fail, fault, ok, type Result } from '../../shared/result'
import type { ExpectedPart } from '../../shared/trust/added-by-write'
import { shownWrite } from '../../shared/trust/question-text'
import type { Services } from '../editing/services'
import type { Asking } from '../trust/asking'
import { whomExpected, wordPlace } from '../trust/expectations'
import { declined } from './page-services'
import type { Handlers } from './router'

export function createExpectedHandlers(
  { kubeconfig, expectations, reload }: Pick<Services, 'kubeconfig' | 'expectations' | 'reload'>,
  asking: Pick<Asking, 'once'>,
): Pick<Handlers, 'expected.forget'> {
  /** The identities that would be expected of these contexts instead, those of one change together. */
  async function forgotten(contexts: readonly EntryId[]) {
    await kubeconfig.load()
    const words = await expectations.words()
    const parts = new Map<string, ExpectedPart>()
    const places: ReturnType<typeof wordPlace>[] = []
    for (const { file, context } of await kubeconfig.resolved(contexts)) {
      const was = whomExpected(words, file, context)
      if (was?.by !== 'here') continue
      places.push(wordPlace(file, context))
      const now = file.own ? was.inFile : null
      const key = JSON.stringify([file.path, was.principal, now])
      const names = [...(parts.get(key)?.contexts ?? []), context.name]
      parts.set(key, { kind: 'expected', file: file.path, contexts: names, was: was.principal, now })
    }
    return { parts: [...parts.values()], places }
  }

  return {
    'expected.forget': async ({ contexts }, { page, signal }): Promise<Result<null>> => {
      const asked = await forgotten(contexts)
      if (asked.parts.length === 0) return ok(null)
      const allowed = await asking.once(shownWrite(asked), { page, signal })
      if (!allowed.ok) return allowed
      if (!allowed.value) return fail(declined('The expected identities are as they were.'))
      const now = await forgotten(contexts)
      if (JSON.stringify(now) !== JSON.stringify(asked)) return fail(changedMeanwhile)
      const given = await expectations.give(now.places.map((place) => ({ ...place, principal: null })))
      if (!given.ok) return given
      await reload('expected')
      return ok(null)
    },
  }
}

const changedMeanwhile = fault(
  'changed-on-disk',
  'Something changed while the question was open, so your answer does not count.',
  'Look at the contexts, then try again.',
)
