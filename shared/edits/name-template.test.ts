import { expect, test } from 'vitest'
import { fillAll, fillTemplate, parseTemplate } from './name-template'

const template = (text: string) => {
  const parsed = parseTemplate(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.template
}

test('fields and filters fill in, braces are written twice', () => {
  const values = { account: '123', cluster: 'Prod West', role: 'team/Admin' }
  expect(fillTemplate(template('{account}-{cluster|slug}-{role | last | lower}'), values)).toBe(
    '123-prod-west-admin',
  )
  expect(fillTemplate(template('{{{cluster|lower}}}'), values)).toBe('{prod west}')
})

test('an account goes by its name or its number, a region by its short form', () => {
  const values = { account: 'payments-prod', 'account-id': '111122223333', region: 'eu-west-1' }
  expect(fillTemplate(template('{account}-{region|short}'), values)).toBe('payments-prod-euw1')
  expect(fillTemplate(template('{account-id}-{region}'), values)).toBe('111122223333-eu-west-1')
  expect(fillTemplate(template('{region|short}'), { region: 'us-gov-east-1' })).toBe('usgove1')
  expect(fillTemplate(template('{region|short}'), { region: 'elsewhere' })).toBe('elsewhere')
})

test('a field without a value leaves no doubled separator', () => {
  expect(fillTemplate(template('{account}-{role}-{cluster}'), { account: '1', cluster: 'c' })).toBe('1-c')
  expect(fillTemplate(template('{cluster}-{role}'), { cluster: 'c', role: null })).toBe('c')
})

test('an unknown field, an unknown filter and a lost brace are said', () => {
  expect(parseTemplate('{acount}')).toEqual({ problem: expect.stringContaining('no field {acount}') })
  expect(parseTemplate('{account|shout}')).toEqual({ problem: expect.stringContaining('no filter |shout') })
  expect(parseTemplate('{account')).toEqual({ problem: expect.stringContaining('not closed') })
  expect(parseTemplate('a}')).toEqual({ problem: expect.stringContaining('no {') })
})

test('names that collide with each other or with others are numbered, and it is told', () => {
  expect(
    fillAll(template('{cluster}'), [{ cluster: 'a' }, { cluster: 'a' }, { cluster: 'b' }], new Set(['b'])),
  ).toEqual([
    { name: 'a', collided: false },
    { name: 'a-2', collided: true },
    { name: 'b-2', collided: true },
  ])
})
