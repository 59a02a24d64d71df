import { expect, test } from 'vitest'
import { type EntryPlace, locateKubeconfigs } from './locate'

const where = (changes: Partial<EntryPlace>): EntryPlace => ({
  explicit: null,
  variables: {},
  home: '/home/dev',
  cwd: '/here',
  platform: 'linux',
  opened: [],
  ...changes,
})
const paths = (changes: Partial<EntryPlace>) => locateKubeconfigs(where(changes)).map(({ path }) => path)

test('without anything said it is ~/.kube/config', () => {
  expect(locateKubeconfigs(where({}))).toEqual([
    { path: '/home/dev/.kube/config', source: 'default', own: true },
  ])
  expect(paths({ variables: { KUBECONFIG: '' } })).toEqual(['/home/dev/.kube/config'])
})

test('KUBECONFIG is a list: empty names skipped, none twice, ~ no home folder', () => {
  expect(paths({ variables: { KUBECONFIG: '/a::b:/a:~/c' } })).toEqual(['/a', '/here/b', '/here/~/c'])
  expect(paths({ variables: { KUBECONFIG: ':' } })).toEqual([])
})

test('--kubeconfig stands alone, and is foreign unless it is of the own list', () => {
  const variables = { KUBECONFIG: '/a:/b' }
  expect(locateKubeconfigs(where({ explicit: 'x', variables }))).toEqual([
    { path: '/here/x', source: 'option', own: false },
  ])
  expect(locateKubeconfigs(where({ explicit: '/b', variables }))).toEqual([
    { path: '/b', source: 'option', own: true },
  ])
})

test('opened files come last and are foreign', () => {
  expect(
    locateKubeconfigs(
      where({
        opened: ['/x', '/home/dev/.kube/config'].map((path) => ({ path, source: 'opened' })),
      }),
    ).map(({ path, own }) => [path, own]),
  ).toEqual([
    ['/home/dev/.kube/config', true],
    ['/x', false],
  ])
})

test('on Windows a semicolon separates and quotes protect it', () => {
  expect(
    paths({ platform: 'win32', cwd: 'C:\\w', home: 'C:\\u', variables: { KUBECONFIG: '"C:\\a;b";c' } }),
  ).toEqual(['C:\\a;b', 'C:\\w\\c'])
})
