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

export const usualFile = (prefix = ''): fc.Arbitrary<GeneratedFile> =>
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...layouts)).map(([count, layout]) => {
    const file = usualFleet(count, prefix)
    return { ...file, text: laidOut(file.text, layout) }
  })
