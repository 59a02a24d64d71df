import { expect, test } from 'vitest'
import { authority, hasDisplay, startDisplay } from './display.mjs'
import { which } from './process.mjs'

test('a display is there when X or Wayland is named, and always on macOS and Windows', () => {
  expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true)
  expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true)
  expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false)
  expect(hasDisplay({}, 'linux')).toBe(false)
  expect(hasDisplay({}, 'darwin')).toBe(true)
  expect(hasDisplay({}, 'win32')).toBe(true)
})

test('the authority file holds one cookie for any address and any display', () => {
  const cookie = Buffer.from('0123456789abcdef')
  const bytes = authority(cookie)
  expect(bytes.subarray(0, 6).toString('hex')).toBe('ffff00000000')
  expect(bytes.subarray(6, 8).readUInt16BE()).toBe('MIT-MAGIC-COOKIE-1'.length)
  expect(bytes.subarray(-18).toString('hex')).toBe(`0010${cookie.toString('hex')}`)
})

test.runIf(process.platform === 'linux')(
  'two displays at once take two numbers, and end when told to',
  async () => {
    expect(which('Xvfb'), 'Xvfb is installed by npm test').not.toBeNull()
    const [one, other] = await Promise.all([startDisplay(), startDisplay()])
    expect(one.env.DISPLAY).toMatch(/^:\d+$/)
    expect(one.env.DISPLAY).not.toBe(other.env.DISPLAY)
    await Promise.all([one.stop(), other.stop()])
  },
)
