/** What kubectl 1.36 and newer read, which have no judge here: by their source. What 1.35 reads is for the oracle beside this. */
import { expect, test } from 'vitest'
import { cleanPath, readKuberc } from './kuberc'

const kuberc = (item: string) =>
  `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: Allowlist\ncredentialPluginAllowlist:\n- ${item}\n`
const read = (item: string, commandItems = true) => readKuberc(kuberc(item), true, { commandItems })

test('an item names its program as command or as name, and as both where they agree', () => {
  const listed = { kind: 'listed', allowed: ['aws'], line: 4 }
  expect(read('command: aws')).toEqual(listed)
  expect(read('name: aws')).toEqual(listed)
  expect(read('{name: aws, command: aws}')).toEqual(listed)
  expect(read('{name: aws, command: other}')).toMatchObject({ kind: 'refused' })
  expect(read('{name: aws, command: 5}')).toMatchObject({ kind: 'refused' })
  expect(read('{name: aws, command: other}', false)).toEqual(listed)
  expect(read('command: aws', false)).toMatchObject({ kind: 'refused', line: 4 })
})

test('the line is that of the key that counts', () => {
  const text = `# mine\n---\napiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: AllowAll\ncredentialPluginPolicy: DenyAll\n`
  expect(readKuberc(text, false, { commandItems: true })).toEqual({ kind: 'none', line: 6 })
})

test('a path is cleaned as Go does', () => {
  const paths = ['', '/', 'a/', '/a//b/./c/../d/', './a', '../a', 'a/..']
  expect(paths.map(cleanPath)).toEqual(['.', '/', 'a', '/a/b/d', 'a', '../a', '.'])
})
