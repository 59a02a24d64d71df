import { describe, expect, test } from 'vitest'
import { mask } from '../../shared/kubeconfig/entries'
import {
  callersVariables,
  cleanVariables,
  definedVariables,
  environmentFacts,
  environmentOf,
} from './environment'

describe('the clean environment', () => {
  test('loses what chooses an identity and keeps what names files, CA, proxy, region and endpoints', () => {
    const kept = {
      HOME: '/h',
      PATH: '/bin',
      KUBECONFIG: '/k',
      AWS_CONFIG_FILE: '/c',
      AWS_SHARED_CREDENTIALS_FILE: '/s',
      AWS_CA_BUNDLE: '/ca',
      HTTPS_PROXY: 'http://p',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_STS: 'https://sts',
    }
    const lost = {
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: 's',
      AWS_SESSION_TOKEN: 't',
      AWS_PROFILE: 'p',
      AWS_DEFAULT_PROFILE: 'p',
      AWS_ROLE_ARN: 'r',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/w',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://c',
      DEFAULT_ROLE: 'r',
    }
    expect(cleanVariables({ ...kept, ...lost })).toEqual(kept)
  })
})

describe('a fingerprint', () => {
  const of = (variables: Record<string, string>) => environmentOf('app', variables).fingerprint
  test('is the same whatever the order, and another for another value', () => {
    expect(of({ A: '1', B: '2' })).toBe(of({ B: '2', A: '1' }))
    expect(of({ A: '1', B: '2' })).not.toBe(of({ A: '1', B: '3' }))
    expect(of({ A: '1', B: '2' })).not.toBe(of({ A: '1B', '': '2' }))
  })
  test('does not change with what differs from terminal to terminal', () => {
    expect(of({ A: '1', WINDOWID: '7', SHLVL: '2', _: '/bin/x', TERM: 'xterm' })).toBe(of({ A: '1' }))
  })
})

describe('what the page gets of an environment', () => {
  const facts = environmentFacts(
    environmentOf('app', {
      AWS_ACCESS_KEY_ID: 'AKIA1',
      AWS_SECRET_ACCESS_KEY: 'canary-1',
      AWS_SESSION_TOKEN: 'canary-2',
      AWS_FUTURE_THING: 'canary-3',
      KUBE_TOKEN: 'canary-4',
      HTTPS_PROXY: 'http://user:canary-5@proxy:3128/?k=canary-6',
      http_proxy: 'proxy:3128',
      AWS_ENDPOINT_URL: 'https://sts.example/?sig=canary-7',
      GITHUB_TOKEN: 'canary-8',
      LANG: 'C.UTF-8',
      KUBECONFIG: '/a:/b',
    }),
  )
  test('holds no secret: those are masked, and variables of others are not named', () => {
    expect(JSON.stringify(facts)).not.toMatch(/canary|GITHUB/)
    expect(facts.count).toBe(11)
  })
  test('shows what decides', () => {
    const shown = Object.fromEntries(facts.variables.map(({ name, value }) => [name, value]))
    expect(shown).toEqual({
      AWS_ACCESS_KEY_ID: 'AKIA1',
      AWS_ENDPOINT_URL: 'https://sts.example',
      AWS_FUTURE_THING: mask,
      AWS_SECRET_ACCESS_KEY: mask,
      AWS_SESSION_TOKEN: mask,
      HTTPS_PROXY: `http://${mask}@proxy:3128`,
      KUBECONFIG: '/a:/b',
      KUBE_TOKEN: mask,
      LANG: 'C.UTF-8',
      http_proxy: 'proxy:3128',
    })
  })
})

test('names without a value are left out of process.env', () => {
  expect(definedVariables({ A: '1', B: undefined })).toEqual({ A: '1' })
})

test('what a launcher set for the app is no variable of its caller', () => {
  const own = { PATH: '/usr/bin', ELECTRON_OVERRIDE_DIST_PATH: '/own', NODE_ENV: 'test' }
  const launched = {
    ...own,
    ELECTRON_EXEC_PATH: '/c/e',
    EKSCOPE_STANDIN_ELECTRON: '25.1.1',
    DISPLAY: ':99',
    EKSCOPE_LAUNCHER_SET: 'ELECTRON_EXEC_PATH DISPLAY',
  }
  expect(callersVariables(launched)).toEqual(own)
  const developed = {
    ...launched,
    ELECTRON_RENDERER_URL: 'http://localhost:5173',
    NODE_ENV_ELECTRON_VITE: 'development',
  }
  expect(callersVariables(developed)).toEqual(own)
  expect(callersVariables({ ...developed, NODE_ENV: 'development' })).not.toHaveProperty('NODE_ENV')
  expect(callersVariables({ DISPLAY: ':0' })).toEqual({ DISPLAY: ':0' })
})

test('names count in upper case on Windows, as aws has them there, and as they are elsewhere', () => {
  const given = { aws_profile: 'ops', Path: 'C:\\bin', EMPTY: undefined }
  expect(definedVariables(given, 'win32')).toEqual({ AWS_PROFILE: 'ops', PATH: 'C:\\bin' })
  expect(definedVariables(given, 'linux')).toEqual({ aws_profile: 'ops', Path: 'C:\\bin' })
})
