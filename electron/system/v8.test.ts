import { expect, test } from 'vitest'
import { pageFlags } from './v8'

test('only the V8 that is known to count runs is asked to count more of them', () => {
  expect(pageFlags('11.4.183.19-electron.0')).toBe('--invocation-count-for-turbofan=20000')
  for (const other of ['11.3.244.8-node.38', '11.40.1', '13.4.114.21', ''])
    expect(pageFlags(other)).toBeNull()
})
