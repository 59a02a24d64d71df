// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { createModel } from '../store/window-model'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { rowNamed } from '../testing/rows'
import { ModelProvider } from '../ui/model'
import { cells } from './cells'

afterEach(cleanup)

test('a cluster entry that no file has is called missing, by the end of an ARN, whole on hover', () => {
  const stage = rowNamed('stage')
  const arn = 'arn:aws:eks:eu-west-1:444455556666:cluster/stage'
  const { container } = render(
    cells.cluster({ ...stage, cluster: null, entry: { ...stage.entry, cluster: arn } }),
  )
  expect(container.textContent).toBe(`${arn}…/stage (missing)`)
  expect(container.querySelector('[title]')?.getAttribute('title')).toBe(
    `${arn}: No file has this cluster entry`,
  )
})

test('what the header of the account says is hidden in the names below it, and stays whole for screen readers', () => {
  const stage = rowNamed('stage')
  const name = `${stage.account}-payments-euw1`
  const model = createModel({ bridge: fakeBridge({ contexts: 6 }), clock: () => now })
  const { container } = render(
    <ModelProvider model={model}>
      {cells.context({ ...stage, name, pending: { kind: 'changed', was: stage } })}
    </ModelProvider>,
  )
  const seen = container.querySelector(`[title="${name}"]`)
  expect([seen?.textContent, seen?.getAttribute('aria-hidden')]).toEqual(['…-payments-euw1', 'true'])
  expect(seen?.previousElementSibling?.outerHTML).toBe(`<span class="visually-hidden">${name}</span>`)
})

test('that an earlier file has the name is said as the files are, and of pending edits that they are pending', () => {
  const stage = rowNamed('stage')
  const shadowed = {
    ...stage,
    entry: { ...stage.entry, origin: { ...stage.entry.origin, shadowedBy: '/home/ana/.kube/first' } },
  }
  const model = createModel({ bridge: fakeBridge({ contexts: 6 }), clock: () => now })
  const tag = (row: typeof stage, was: typeof stage) => {
    const { container, unmount } = render(
      <ModelProvider model={model}>
        {cells.context({ ...row, pending: { kind: 'changed', was } })}
      </ModelProvider>,
    )
    const said = /(was |now )?shadowed/.exec(container.textContent ?? '')?.[0] ?? null
    unmount()
    return said
  }
  expect(tag(stage, shadowed)).toBe('was shadowed')
  expect(tag(shadowed, stage)).toBe('now shadowed')
  expect(tag(shadowed, shadowed)).toBe('shadowed')
  expect(tag(stage, stage)).toBeNull()
})
