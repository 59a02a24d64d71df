// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { createModel } from '../store/window-model'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { ModelProvider } from '../ui/model'
import { AlsoChange, Problems } from './Notes'

afterEach(cleanup)

const arn = 'arn:aws:eks:us-east-1:111122223333:cluster/prod-us'
const shown = (children: React.ReactNode) => {
  const model = createModel({ bridge: fakeBridge({ contexts: 1 }), clock: () => now })
  render(<ModelProvider model={model}>{children}</ModelProvider>)
}

test('names that are ARNs are shown by their ends in what is in the way of a write, and of those that change along', () => {
  shown(
    <>
      <Problems title="Not now" tone="bad" problems={[{ message: `${arn} is gone.`, next: '' }]} />
      <AlsoChange also={[{ context: 'a', name: arn, through: 'user', entry: arn }]} ticked={new Set()} />
    </>,
  )
  expect(screen.getByText(/is gone\./).textContent).toMatch(/^…\/prod-us/)
  expect(screen.getByRole('listitem').textContent).toMatch(/^…\/prod-us.* through the user …\/prod-us/)
})
