/** Kubeconfigs as aws writes them, in which users have few forms, and contexts share, miss and repeat what they name. */
import fc from 'fast-check'

/** As a user calls clusters of these files. */
export const clusterArn = (name: string) => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`
const name = fc.constantFrom(
  'prod',
  'stage',
  'eks',
  'get-token',
  'aws',
  'json',
  'p0',
  'i',
  'x_1',
  'token',
  '12ab',
  'file',
)
const flag = fc.constantFrom('--cluster-name', '--cluster-name', '--cluster-id', '-i')
const way = fc.constantFrom('arg', 'env', 'role', 'none', 'broken')
const aUser = fc
  .record({
    cluster: name,
    flag,
    command: fc.constantFrom('aws', 'aws', 'aws', 'aws-iam-authenticator', 'aws-vault', 'kubelogin'),
    way,
    profile: fc.constantFrom('p0', 'p1', 'nowhere'),
    version: fc.constantFrom('v1beta1', 'v1beta1', 'v1alpha1'),
    last: fc.boolean(),
  })
  .map(({ cluster, flag: by, command, way: pinned, profile, version, last }) => {
    const verb = command === 'aws-iam-authenticator' ? ['token'] : ['eks', 'get-token']
    const pin = pinned === 'arg' ? ['--profile', profile] : pinned === 'broken' ? ['--profile'] : []
    const role = pinned === 'role' ? ['--role-arn', 'arn:aws:iam::111122223333:role/r'] : []
    const words = [...verb, ...(last ? pin : []), by, cluster, ...(last ? [] : pin), ...role]
    const env =
      pinned === 'env'
        ? `      env:\n      - name: AWS_PROFILE\n        value: ${profile}\n`
        : '      env: null\n'
    return `  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/${version}\n      args:\n${words.map((word) => `      - ${word}\n`).join('')}      command: ${command}\n${env}`
  })

/** Files in usual form: users few enough that forms come again, contexts that share, miss and repeat what they name. */
const file = fc.record({
  clusters: fc.array(name, { minLength: 1, maxLength: 4 }),
  users: fc
    .array(aUser, { minLength: 1, maxLength: 4 })
    .chain((kinds) => fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 8 })),
  contexts: fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 8 }), fc.nat({ max: 60 })), {
    maxLength: 10,
  }),
})

const textOf = ({ clusters, users, contexts }: typeof file extends fc.Arbitrary<infer T> ? T : never) =>
  [
    'apiVersion: v1\nclusters:\n',
    ...clusters.map(
      (of, at) =>
        `- cluster:\n    certificate-authority-data: Y2VydGlmaWNhdGU=\n    server: https://${of}.example\n  name: ${at % 2 ? `${of}-${at}` : clusterArn(of)}\n`,
    ),
    ...(contexts.length === 0 ? [] : ['contexts:\n']),
    ...contexts.map(([cluster, user, named]) => {
      const of = clusters[cluster] ?? 'gone'
      const entry = cluster % 2 ? `${of}-${cluster}` : clusterArn(of)
      return `- context:\n    cluster: ${entry}\n    user: user-${user}\n  name: context-${named}\n`
    }),
    'current-context: context-1\nkind: Config\nusers:\n',
    ...users.map((body, at) => `- name: user-${at}\n${body}`),
  ].join('')

/** A file of which every entry stands as aws and kubectl write it. */
export const usualKubeconfig: fc.Arbitrary<string> = file.map(textOf)
