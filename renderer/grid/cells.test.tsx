// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { rowNamed } from '../testing/rows'
import { cells } from './cells'

afterEach(cleanup)

test('a cluster entry that no file has is called missing, by the end of an ARN, whole on hover', () => {
  const stage = rowNamed('stage')
  const arn = 'arn:aws:eks:eu-west-1:444455556666:cluster/stage'
  const { container } = render(
    cells.cluster({ ...stage, cluster: null, entry: { ...stage.entry, cluster: arn } }),
  )
  expect(container.textContent).toBe('…/stage (missing)')
  expect(container.querySelector('[title]')?.getAttribute('title')).toBe(
    `${arn}: No file has this cluster entry`,
  )
})
