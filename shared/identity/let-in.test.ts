import { expect, test } from 'vitest'
import { offerOn, type Word } from '../shell/offered-command'
import { letIn } from './let-in'

const offer = (program: string, ...words: readonly Word[]) => offerOn('linux', program, words)

const cluster = { name: 'prod', region: 'eu-west-1', partition: 'aws', mode: 'API' }
const commands = (arn: string, mode = 'API') =>
  letIn({ ...cluster, mode }, arn, offer)?.map(({ command, text }) => command ?? text)

test('an access entry with a policy, by the whole ARN; of a session its role has to be asked for', () => {
  expect(commands('arn:aws:iam::111122223333:role/team/Ops')).toEqual([
    'aws eks create-access-entry --cluster-name prod --region eu-west-1 --principal-arn arn:aws:iam::111122223333:role/team/Ops',
    "aws eks associate-access-policy --cluster-name prod --region eu-west-1 --principal-arn arn:aws:iam::111122223333:role/team/Ops --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy --access-scope 'type=cluster'",
  ])
  expect(commands('arn:aws:sts::111122223333:assumed-role/Ops/alice')?.[0]).toContain(
    '--principal-arn ROLE_ARN',
  )
})

test('a line of aws-auth where nothing else is looked at: a role without its path', () => {
  expect(commands('arn:aws:iam::111122223333:role/team/Ops', 'CONFIG_MAP')?.[0]).toBe(
    '- rolearn: arn:aws:iam::111122223333:role/Ops\n  username: Ops\n  groups:\n  - GROUP\n',
  )
  expect(commands('arn:aws:iam::111122223333:user/people/alice', 'CONFIG_MAP')?.[0]).toContain(
    'userarn: arn:aws:iam::111122223333:user/people/alice',
  )
})

test.each([
  ['@ops', 'username: "@ops"', "rolebinding '@ops-view'"],
  ['007', 'username: "007"', 'rolebinding 007-view'],
  ['on', 'username: "on"', 'rolebinding on-view'],
  ['--as=root', 'username: "--as=root"', "rolebinding 'as=root-view'"],
])('a role may be called %s: it breaks no list for the others, and is no option', (name, line, binding) => {
  const [text, command] = commands(`arn:aws:iam::111122223333:role/${name}`, 'CONFIG_MAP') ?? []
  expect(text).toContain(`  ${line}\n`)
  expect(command).toContain(binding)
})

test('as far as it is said: another policy, in one namespace', () => {
  const scope = { may: 'edit', namespace: 'web' } as const
  const steps = (mode: string) =>
    letIn({ ...cluster, mode }, 'arn:aws:iam::111122223333:role/Ops', offer, scope)?.map(
      ({ command }) => command,
    )
  expect(steps('API')?.[1]).toMatch(
    /cluster-access-policy\/AmazonEKSEditPolicy --access-scope 'type=namespace,namespaces=web'$/,
  )
  expect(steps('CONFIG_MAP')?.[1]).toBe(
    'kubectl create rolebinding Ops-edit --clusterrole edit --group GROUP --namespace web',
  )
})

test('nobody else can be let in', () => {
  expect(commands('arn:aws:iam::111122223333:root')).toBeUndefined()
  expect(commands('alice')).toBeUndefined()
})

test('a step that no shell can be given says why, in place of the command', () => {
  const [entry] = letIn({ ...cluster, name: "prod'x" }, 'arn:aws:iam::111122223333:role/Ops', offer) ?? []
  expect(entry).toEqual({
    does: "an access entry: aws eks create-access-entry (not offered as a command: not every shell reads “prod'x” as one word)",
    command: null,
    text: null,
  })
})
