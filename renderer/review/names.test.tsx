// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { createModel } from '../store/window-model'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { ModelProvider } from '../ui/model'
import { AlsoChange, Problems } from './Notes'
import { ProfilesWindow } from './ProfilesWindow'

afterEach(cleanup)

const arn = 'arn:aws:eks:us-east-1:111122223333:cluster/prod-us'
const shown = (children: React.ReactNode) => {
  const model = createModel({ bridge: fakeBridge({ contexts: 1 }), clock: () => now })
  render(<ModelProvider model={model}>{children}</ModelProvider>)
}

test('names that are ARNs are shown by their ends where profiles are written', async () => {
  shown(
    <ProfilesWindow
      title="Write"
      lead=""
      planning=""
      label="Write"
      plan={{ titles: [`${arn}: profile pay → pay-2`], files: [], shown: '' }}
      problem={null}
      write={() => Promise.reject(new Error('not written here'))}
    />,
  )
  const [title] = await screen.findAllByRole('listitem')
  expect(title?.textContent).toBe('…/prod-usus-east-1 · 1111 2222 3333: profile pay → pay-2')
  expect(screen.getByTitle(arn)).toBeTruthy()
})

test('the same in what is in the way of a write, and of those that change along', () => {
  shown(
    <>
      <Problems title="Not now" tone="bad" problems={[{ message: `${arn} is gone.`, next: '' }]} />
      <AlsoChange also={[{ context: 'a', name: arn, through: 'user', entry: arn }]} ticked={new Set()} />
    </>,
  )
  expect(screen.getByText(/is gone\./).textContent).toMatch(/^…\/prod-us/)
  expect(screen.getByRole('listitem').textContent).toMatch(/^…\/prod-us.* through the user …\/prod-us/)
})
