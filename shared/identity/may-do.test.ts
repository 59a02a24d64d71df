import { expect, test } from 'vitest'
import { listedRule } from './may-do'

test('a rule is said with its groups and names, and what everybody may is left out', () => {
  const rule = { verbs: ['get'], groups: ['', 'apps'], resources: ['pods', 'deployments'], names: [] }
  expect(listedRule(rule)?.resources).toEqual(['pods', 'deployments', 'pods.apps', 'deployments.apps'])
  expect(listedRule({ ...rule, groups: ['*'], resources: ['*'] })?.resources).toEqual(['*.*'])
  expect(listedRule({ ...rule, groups: [''], resources: ['configmaps'], names: ['app', 'db'] })).toEqual({
    verbs: ['get'],
    resources: ['configmaps/app', 'configmaps/db'],
  })
  const basic = { ...rule, groups: ['authorization.k8s.io'], resources: ['selfsubjectaccessreviews'] }
  expect(listedRule(basic)).toBeNull()
})
