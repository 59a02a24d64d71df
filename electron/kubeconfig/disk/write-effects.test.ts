/** What a write says of current-context. */
import { expect, test } from 'vitest'
import { modelOf, sourceOf } from '../read/edit-model'
import { effectsOfWrite } from './write-effects'

const model = (...files: readonly (readonly [currentContext: string, namespace: string])[]) =>
  modelOf(
    files.map(([currentContext, namespace], at) =>
      sourceOf({
        path: `/f${at}`,
        listed: true,
        fault: null,
        text: `current-context: ${currentContext}\ncontexts: [{name: c${at}, context: {cluster: c, user: u, namespace: ${namespace}}}]\n`,
      }),
    ),
  )
const currentIs = (before: ReturnType<typeof model>, after: ReturnType<typeof model>) =>
  effectsOfWrite(before, after, ['/f0', '/f1']).then(({ current }) => current)

test('what current-context led to is kept where it is another in some file, and not where another value changed', async () => {
  const before = model(['c0', 'a'], ['c1', 'a'])
  expect(await currentIs(before, model(['c0', 'b'], ['c1', 'a']))).toBeUndefined()
  expect(await currentIs(before, model(['c1', 'a'], ['c1', 'a']))).toBeDefined()
  expect(await currentIs(before, model(['c1', 'a'], ['c0', 'a']))).toBeDefined()
})
