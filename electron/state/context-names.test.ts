/** Names of contexts are those that kubectl would use, of small and large files, usual and not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { effectiveContexts } from '../report/row-json'
import { laidOut, usualFleet } from '../testing/usual-fleet'
import { contextNamesIn } from './context-names'

const folder = mkdtempSync(join(tmpdir(), 'ekscope-names-'))
afterAll(() => rmSync(folder, { recursive: true }))

const large = usualFleet(900).text
const odd = 'contexts:\n- {name: "by hand", context: {user: é}}\n- name: fleet-name-7\n'
const texts = {
  large,
  'large, in CRLF': laidOut(large, ['  ', '\r\n']),
  'large, with another between': large.replace('contexts:\n', odd.replace('é', 'e')),
  'large, with a name twice': large.replace('name: fleet-name-7\n', 'name: fleet-name-8\n'),
  'large, not all ASCII': large.replace('contexts:\n', odd),
  'large, broken': `${large}- [\n`,
  'large, in a string': large.replace('preferences: {}', 'preferences: "').replace('users:', 'x: "\nusers:'),
  small: odd,
  empty: '',
}

test.each(Object.entries(texts))('%s', async (name, text) => {
  const list = ['missing', 'one', 'two'].map((file) => ({
    path: join(folder, file),
    source: 'KUBECONFIG' as const,
    own: true,
  }))
  writeFileSync(join(folder, 'one'), text)
  writeFileSync(join(folder, 'two'), usualFleet(3, name === 'small' ? '' : 'other-').text)
  const store = createKubeconfigStore({ list: () => list, trustedFile: () => false })
  const whole = effectiveContexts(await store.load()).map((context) => context.name)
  expect([...(await contextNamesIn(list))].sort()).toEqual(whole.sort())
  expect(whole.length).toBeGreaterThan(text.length > 100_000 && name !== 'large, broken' ? 800 : 2)
})
