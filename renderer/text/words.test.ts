import { expect, test } from 'vitest'

/** Every text of the page with its path in the table; of those that are made, the template as it is written. */
function texts(value: unknown, at: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[at, value]]
  if (typeof value === 'function') return [[at, value.toString()]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => texts(part, `${at}.${key}`))
}

const rooms: Readonly<Record<string, unknown>> = import.meta.glob(['./*.ts', '!./*.test.ts'], { eager: true })
const all = texts(rooms, '')

test('texts name the context or the identity, and no unnamed person does or is anything', () => {
  expect(all.length).toBeGreaterThan(900)
  const unnamed = /(?:^|['"`.;:,]\s*)(?:somebody|nobody|anybody|someone)\b|\bnames? (?:nobody|anybody)\b/i
  expect(all.filter(([, text]) => unnamed.test(text))).toEqual([])
})

test('what stands as a heading has no full stop', () => {
  const headings = all.filter(([path]) =>
    /\.(?:title|answers\.\w+|states\.\w+|emptyTitle|noneTitle)$/.test(path),
  )
  expect(headings.length).toBeGreaterThan(50)
  // A sentence below a heading is named Lead or Body.
  const leads = /Lead$|Body$/
  expect(headings.filter(([path, text]) => !leads.test(path) && /\.['"`]?$/.test(text))).toEqual([])
})
