// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { Cut, CutPath } from './Shown'

afterEach(cleanup)

/** What the page holds of a name, and what is drawn of it; null where only its end may go. */
function cut(text: string): { readonly held: string | null; readonly halves: readonly string[] | null } {
  const { container } = render(<Cut text={text} />)
  const drawn = container.querySelector<HTMLElement>('[data-start]')
  const halves = drawn === null ? null : [drawn.dataset.start ?? '', drawn.dataset.end ?? '']
  const held = container.textContent
  cleanup()
  return { held, halves }
}

test('a name that may lose its middle is in the page once and whole, and its halves make the name', () => {
  const { held, halves } = cut('payments-prod-AdministratorAccess')
  expect(held).toBe('payments-prod-AdministratorAccess')
  expect(halves).toEqual(['payments-prod-Administrat', 'orAccess'])
})

test('letters outside ASCII keep their end, too, and no letter is cut in two', () => {
  expect(cut('zürich-blau-über').halves).toEqual(['zürich-bla', 'u-über'])
  // A letter and its mark, and the parts of a flag, are one letter each.
  expect(cut('prod-e\u0301te\u0301-e\u0301te\u0301').halves?.[1]).toBe('-e\u0301te\u0301')
  expect(cut('cluster-🇩🇪🇫🇷🇮🇹🇪🇸').halves?.[1]).toBe('🇩🇪🇫🇷🇮🇹🇪🇸')
  expect(cut('本番環境支払いクラスター青').halves?.[1]).toBe('スター青')
})

test('of a path the folders give way before the name of the file', () => {
  const { container } = render(<CutPath text="/srv/platform/kubeconfigs/team.yaml" />)
  expect(container.textContent).toBe('/srv/platform/kubeconfigs/team.yaml')
  expect(container.querySelector<HTMLElement>('[data-end]')?.dataset.end).toBe('/team.yaml')
})

test('short names, one word of letters that join, words of both directions and hidden characters are not cut in the middle', () => {
  for (const text of ['prod-eu', 'הסביבההראשיתשלנו', 'prod-הסביבה-הראשית-admin'])
    expect(cut(text)).toEqual({ held: text, halves: null })
  expect(cut('prod-\u202eeu-west-admin').halves).toBeNull()
})

test('letters that join are cut between words, and what runs to the left gives way at its left', () => {
  expect(cut('हिन्दी-उत्पादन-समूह').halves).toEqual(['हिन्दी-उत्पादन', '-समूह'])
  expect(cut('שלום-עולם-גדול').halves).toEqual(['שלום-עולם', '-גדול'])
  expect(cut('الإنتاج-الرئيسي').halves).toEqual(['الإنتاج', '-الرئيسي'])
  const { container } = render(
    <>
      <Cut text="שלום-עולם-גדול" />
      <Cut text="prod-הסביבה-הראשית-admin" />
      <Cut text="payments-prod-Admin" />
    </>,
  )
  expect([...container.children].map((name) => name.getAttribute('dir'))).toEqual(['rtl', 'auto', null])
})
