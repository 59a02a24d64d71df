/** Files as kubectl and aws write them: what the fast ways are for, and generated files are too odd to be. */
import * as fc from 'fast-check'
import type { GeneratedFile } from './generated-kubeconfig'

/** Some contexts without a namespace, users in two forms; every fourth user is shared with the context before. */
export function usualFleet(count: number, prefix = ''): GeneratedFile {
  const names = Array.from({ length: count }, (_, i) => `${prefix}fleet-name-${i}`)
  const userOf = (i: number) => names[i % 4 === 3 ? i - 1 : i] ?? ''
  const users = [...new Set(names.map((_, i) => userOf(i)))]
  const data = Buffer.alloc(60, 'certificate').toString('base64')
  const each = (all: readonly string[], one: (name: string, i: number) => string) => all.map(one).join('')
  const text = `apiVersion: v1
clusters:
${each(names, (name) => `- cluster:\n    certificate-authority-data: ${data}\n    server: https://${name}.eks.amazonaws.com\n  name: ${name}\n`)}contexts:
${each(names, (name, i) => `- context:\n    cluster: ${name}\n${i % 2 === 0 ? '    namespace: team\n' : ''}    user: ${userOf(i)}\n  name: ${name}\n`)}current-context: ${names[0]}
kind: Config
preferences: {}
users:
${each(users, (name, i) => `- name: ${name}\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      args:\n      - eks\n      - get-token\n      - --cluster-name\n      - ${name}\n      command: aws\n${i % 3 === 0 ? '      env:\n      - name: AWS_PROFILE\n        value: admin\n' : ''}`)}`
  return { text, contexts: names, clusters: names, users }
}

/** How far the lists of such a file stand in, and what ends its lines; the first as kubectl and aws write them. */
export const layouts = [
  ['', '\n'],
  ['  ', '\n'],
  ['    ', '\n'],
  ['', '\r\n'],
  ['  ', '\r\n'],
] as const

/** A text that is written in the first of these layouts, in another. */
export const laidOut = (text: string, [pad, lineEnd]: readonly [string, string]): string =>
  text.replace(/^(?=[- ] )/gm, pad).replaceAll('\n', lineEnd)

/** What stands in by each level, in front of a value and at the end of a line: as kubectl, JSON.stringify, Python and jq write JSON. */
export const jsonLayouts = [
  ['    ', ' ', '\n'],
  ['', '', ''],
  ['', ' ', ''],
  ['  ', ' ', '\r\n'],
  ['\t', ' ', '\n'],
] as const

/** The same fleet as `usualFleet` in JSON, keys in the order of kubectl. */
export function jsonFleet(
  count: number,
  [pad, space, lineEnd]: readonly [string, string, string],
  prefix = '',
): GeneratedFile {
  const file = usualFleet(count, prefix)
  const data = Buffer.alloc(60, 'certificate').toString('base64')
  const userAt = (i: number) => file.contexts[i % 4 === 3 ? i - 1 : i]
  const value = {
    kind: 'Config',
    apiVersion: 'v1',
    preferences: {},
    clusters: file.clusters.map((name) => ({
      name,
      cluster: { server: `https://${name}.eks.amazonaws.com`, 'certificate-authority-data': data },
    })),
    users: file.users.map((name, i) => ({
      name,
      user: {
        exec: {
          command: 'aws',
          args: ['eks', 'get-token', '--cluster-name', name],
          env: i % 3 === 0 ? [{ name: 'AWS_PROFILE', value: 'admin' }] : null,
          apiVersion: 'client.authentication.k8s.io/v1beta1',
          provideClusterInfo: false,
        },
      },
    })),
    contexts: file.contexts.map((name, i) => ({
      name,
      context: { cluster: name, user: userAt(i), ...(i % 2 === 0 ? { namespace: 'team' } : {}) },
    })),
    'current-context': file.contexts[0],
  }
  const indented = JSON.stringify(value, null, pad)
  const spaced =
    pad === '' && space !== ''
      ? indented.replaceAll('":', `":${space}`).replaceAll(',"', `,${space}"`)
      : indented
  return { ...file, text: `${lineEnd === '' ? spaced : spaced.replaceAll('\n', lineEnd)}${lineEnd}` }
}

export const usualJson = (prefix = ''): fc.Arbitrary<GeneratedFile> =>
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...jsonLayouts))
    .map(([count, layout]) => jsonFleet(count, layout, prefix))

export const usualFile = (prefix = ''): fc.Arbitrary<GeneratedFile> =>
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...layouts)).map(([count, layout]) => {
    const file = usualFleet(count, prefix)
    return { ...file, text: laidOut(file.text, layout) }
  })
