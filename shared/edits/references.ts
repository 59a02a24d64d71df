/** What names what: a context its cluster and user, and a section of an AWS config file other sections. */
import { at, type JsonMap, withKey } from '../json'
import type { ModelKind } from '../kubeconfig/entries'

/** Keys by which a profile names another one. */
export const keysOfProfiles: readonly string[] = ['source_profile', 'include_profile', 'parent_profile']

/** Keys by which a section names another one, and what that is. */
export const sectionKeys: Readonly<Record<string, 'profile' | 'sso-session' | 'services'>> = {
  ...Object.fromEntries(keysOfProfiles.map((key) => [key, 'profile'])),
  sso_session: 'sso-session',
  services: 'services',
}

interface Reference {
  readonly key: string
  /** Of what it names. */
  readonly kind: ModelKind
}

/** By which keys entries of a kind name others, whose names are the values. */
export const references: Readonly<Record<ModelKind, readonly Reference[]>> = {
  cluster: [],
  user: [],
  context: [
    { key: 'cluster', kind: 'cluster' },
    { key: 'user', kind: 'user' },
  ],
  section: Object.keys(sectionKeys).map((key) => ({ key, kind: 'section' })),
}

interface Named {
  readonly kind: ModelKind
  readonly name: string
}

/** By which keys the one names the other. */
export const keysNaming = (
  { kind, value }: { readonly kind: ModelKind; readonly value: JsonMap },
  named: Named,
): readonly string[] =>
  references[kind].flatMap((one) =>
    one.kind === named.kind && at(value, one.key) === named.name ? [one.key] : [],
  )

/** A value with another name under these keys. */
export const withName = (value: JsonMap, keys: readonly string[], name: string): JsonMap =>
  keys.reduce((next, key) => withKey(next, key, name), value)
