import { expect, test } from 'vitest'
import { patientFlag } from './patience'

test('only the V8 of which it is known is asked to be patient', () => {
  expect(patientFlag('11.4.183.19-electron.0')).toBe('--invocation-count-for-turbofan=20000')
  for (const other of ['11.3.244.8-node.38', '11.40.1', '13.4.114.21', ''])
    expect(patientFlag(other)).toBeNull()
})
