import { expect, test } from 'vitest'
import { accountValues, fillAll, fillTemplate, parseTemplate, usualTemplate } from './name-template'

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

test('the usual template has the role only where two would be alike, and accounts by their names or the shortest end', () => {
  const names = new Map([['111122223333', 'payments']])
  const of = accountValues(['111122223333', '444455550001', '444466660001', null], names)
  expect(of('111122223333')).toMatchObject({ account: 'payments', 'account-short': 'payments' })
  expect(of('444455550001')).toMatchObject({ account: '444455550001', 'account-short': '50001' })
  expect(of(null)).toEqual({ account: null, 'account-id': null, 'account-short': null })
  const at = (cluster: string, role: string) => ({
    ...of('444466660001'),
    cluster,
    region: 'eu-west-1',
    role,
  })
  const named = (rows: readonly ReturnType<typeof at>[], taken: readonly string[] = []) => {
    const parsed = parseTemplate(usualTemplate(rows, new Set(taken)))
    return 'template' in parsed ? rows.map((row) => fillTemplate(parsed.template, row)) : []
  }
  expect(named([at('web', 'Admin'), at('api', 'Admin')])).toEqual(['60001-web-euw1', '60001-api-euw1'])
  expect(named([at('web', 'Admin'), at('web', 'View')])).toEqual([
    '60001-web-euw1-admin',
    '60001-web-euw1-view',
  ])
  // One of the name is there already.
  expect(named([at('web', 'View')], ['60001-web-euw1'])).toEqual(['60001-web-euw1-view'])
})
