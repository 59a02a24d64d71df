import { expect, test } from 'vitest'
import { base64Bytes, integerValue, isBase64, keyText, resolvePlain } from './scalars'

test.each([
  ['bool', 'y n Y N yes No NO on Off OFF true False TRUE'],
  ['int', '0 1 -1 +1 007 08x 0o17 0x1f 0X1F 0b11 -0b11 1_000 1__ 18446744073709551615'.replace(' 08x', '')],
  ['float', '08 1.5 .5 5. 1e3 1E3 1.e3 -.5 18446744073709551616 089.5 1_0.5 1e_3'],
  ['infinite', '.inf -.INF +.Inf .nan .NaN'],
  ['null', '~ null Null NULL'],
  [
    'string',
    'yEs oFF tRUE nUll 0o18 0xg 0b12 1e400 ._5 .e5 5.. _1 + - . .. 1e e3 1,000 12:30 1.2.3 inf NaN = <<',
  ],
])('kubectl takes as %s: %s', (kind, words) => {
  for (const word of words.split(' ')) expect([word, resolvePlain(word)]).toEqual([word, kind])
})

test('an integer is read with the base that its first characters name, in 64 bits', () => {
  expect(integerValue('012')).toBe(10n)
  expect(integerValue('0o17')).toBe(15n)
  expect(integerValue('-0x1_f')).toBe(-31n)
  expect(integerValue('-9223372036854775809')).toBeNull()
})

test('a key that is no text becomes the text that Go makes of it', () => {
  expect(keyText('bool', 'yes')).toBe('true')
  expect(keyText('int', '0x1f')).toBe('31')
  expect(keyText('float', '1.50')).toBe('1.5')
  expect(keyText('null', '~')).toBeNull()
  expect(keyText('int', '12345678901234567890')).toBeNull()
})

test('base64 is the padded standard alphabet, line breaks ignored', () => {
  for (const text of ['', 'aGk=', 'aG\nk=', '+/+/']) expect(isBase64(text)).toBe(true)
  for (const text of ['aGk', 'aG k=', 'a-_=', 'aGk=x', '====', 'ŁŁŁŁ', 'AA==AAAA', 'aGk=aGk='])
    expect(isBase64(text)).toBe(false)
  for (const digits of ['A'.repeat(200_000), 'A'.repeat(65_536)]) {
    expect(isBase64(digits)).toBe(true)
    for (const sign of ['-', '=', ' ', 'é', 'Ł']) expect(isBase64(`${digits.slice(1)}${sign}A==`)).toBe(false)
  }
  expect(base64Bytes('aGk=')).toBe(2)
})
