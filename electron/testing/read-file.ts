import type { KubeconfigFile } from '../../shared/kubeconfig/entries'

/** What is said of a kubeconfig that was read, for tests that have only its text: an own file at the usual place of which nothing else matters. */
export const readFileOf = (path: string, differing: Partial<KubeconfigFile> = {}): KubeconfigFile => ({
  path,
  realPath: path,
  source: 'default',
  own: true,
  trusted: true,
  revision: null,
  bytes: 0,
  mode: null,
  uid: null,
  currentContext: null,
  problems: [],
  contexts: 0,
  clusters: 0,
  users: 0,
  ...differing,
})
