/** What the window's Settings show can be read and chosen in a terminal, by the same table. */
import { expect, test } from 'vitest'
import { useTerminal } from './terminal'

const { done, ekscope } = useTerminal({ inProcess: true })
const kept = async (name: string) => {
  const [one] = JSON.parse((await done(['settings', name, '--json'])).stdout).settings
  return one.value
}

test('a setting is listed with its default, chosen, refused with the reason, and reset', async () => {
  expect((await done(['settings'])).stdout).toMatch(/^NAME .*\n(?:.*\n)*staleHours +12 +12 /)
  await done(['settings', 'staleHours', '24'])
  expect(await kept('staleHours')).toBe('24')
  const refused = await ekscope(['settings', 'staleHours', '0'])
  expect([refused.status, refused.stderr]).toEqual([
    2,
    expect.stringContaining('A whole number from 1 to 720.'),
  ])
  const unclosed = await ekscope(['settings', 'template', '{cluster'])
  expect(unclosed.stderr).toContain('A { is not closed')
  expect((await ekscope(['settings', 'stalehours'])).stderr).toContain('there is no setting')
  expect(await kept('staleHours')).toBe('24')
  await done(['settings', 'staleHours', '--reset'])
  expect(await kept('staleHours')).toBe('12')
})
