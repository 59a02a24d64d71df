import { expect, test } from 'vitest'
import { openableAddress } from './openable-address'

const aws = new URL('https://oidc.eu-west-1.amazonaws.com')
const demo = new URL('http://127.0.0.1:4000')

test.each([
  ['https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH', aws, true],
  ['https://corp.awsapps.com/start/#/device', demo, true],
  ['http://127.0.0.1:4000/start/device', demo, true],
  // Only the service itself, and only where that is on this machine.
  ['http://127.0.0.1:4001/start/device', demo, false],
  ['http://127.0.0.1:4000/start/device', aws, false],
  ['http://sso.example.com/', aws, false],
  ['http://sso.example.com/', new URL('http://sso.example.com'), false],
  ['https://corp.awsapps.com@evil.example/', aws, false],
  ['file:///etc/passwd', aws, false],
  ['javascript:alert(1)', demo, false],
  ['ekscope://x', aws, false],
  ['not an address', aws, false],
  ['', aws, false],
])('%s from %s may be opened: %s', (text, service, may) => {
  expect(openableAddress(text, service) !== null).toBe(may)
})
