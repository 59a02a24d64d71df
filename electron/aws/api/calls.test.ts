import { setImmediate as later } from 'node:timers/promises'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { callOnce, listAll } from './calls'
import { refused } from './refusals'

const list = (page: (from: string | undefined) => unknown, next: (at: number) => string | undefined) => {
  let at = 0
  const { signal } = new AbortController()
  return listAll({ client: null, who: 'profile pay', region: 'eu-west-1', signal }, 'ListAll', {
    item: v.string(),
    most: 20_000,
    wrong: (why) => refused('other', { code: 'aws', message: `That is none: ${why}.`, next: 'Look at it.' }),
    page: async (_client, { nextToken }) => {
      at += 1
      return { items: page(nextToken), next: next(at) }
    },
  })
}
const names = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`)

test('a list is read page by page; one without end and one of another shape are each said as what they are', async () => {
  const whole = await list(
    (from) => [from ?? 'first'],
    (at) => (at < 3 ? `page ${at}` : undefined),
  )
  expect(whole).toEqual({ ok: true, value: ['first', 'page 1', 'page 2'] })
  const endless = {
    ok: false,
    fault: {
      message: 'That is none: the list still goes on after 20,000 or 1,000 pages, and none of it was used.',
    },
  }
  expect(
    await list(
      () => names(3_000),
      (at) => `${at}`,
    ),
  ).toMatchObject(endless)
  expect(
    await list(
      () => [],
      (at) => `${at}`,
    ),
  ).toMatchObject(endless)
  expect(
    await list(
      () => [7],
      () => undefined,
    ),
  ).toMatchObject({
    fault: { message: 'That is none: the answer has an unexpected shape.' },
  })
})

test('Node takes many calls that one signal ends for no leak', async () => {
  const warnings: string[] = []
  const hear = ({ name }: Error) => warnings.push(name)
  process.on('warning', hear)
  const { signal } = new AbortController()
  const at = { client: null, who: 'profile pay', region: 'eu-west-1', signal }
  for (let count = 0; count < 20; count += 1)
    await callOnce(at, 'Ask', async (_client, { abortSignal }) =>
      abortSignal.addEventListener('abort', () => undefined),
    )
  await later()
  process.off('warning', hear)
  expect(warnings).toEqual([])
})
