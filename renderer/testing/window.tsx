/** The whole window over the made-up fleet, for tests of what a person does in it. */
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, vi } from 'vitest'
import { App } from '../App'
import { createModel } from '../store/window-model'
import { type FakeOptions, fakeBridge } from './fake-bridge'
import { now } from './fleet'
import './all-parts'

/** happy-dom lays nothing out: virtual lists are told a size, or they would draw no row and no column. */
export function giveSize(): void {
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(1_400)
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(1_200)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(1_400)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_200)
}

export async function openWindow(options: FakeOptions = {}) {
  const bridge = fakeBridge({ contexts: 12, ...options })
  const model = createModel({ bridge, clock: () => now })
  const stop = model.start()
  const user = userEvent.setup()
  render(<App model={model} />)
  await waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  await screen.findByRole('grid')
  const row = (name: string) => {
    const found = model.rows.all().find((one) => one.name === name)
    if (!found) throw new Error(`no row ${name}`)
    return found
  }
  const pending = () => model.edits.state.getState().pending.map(({ edit }) => edit)
  return { bridge, model, user, row, pending, stop }
}
