/**
 * Behind a company's proxy that inspects TLS: AWS and the cluster are reached through it, and their certificates are of its own
 * authority. By which variables aws and kubectl get through, a check gets through; where they do not, neither does it.
 */
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { someOf } from '../../../shared/testing/counts'
import { type ClusterCertificates, createClusterCertificates } from '../../demo/simulator/certificates'
import { realProgram } from '../real-programs'
import { type Running, type RunningProxy, startProxy, startSocks, startTls } from '../servers'
import { useTerminal, type Variables } from './terminal'

const cluster = 'ABC.gr7.eu-west-1.eks.amazonaws.com'
const arn = 'arn:aws:iam::111122223333:user/ann'
const identity = { Account: '111122223333', Arn: arn, UserId: 'AIDAEXAMPLE' }
const xml = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><UserId>${identity.UserId}</UserId><Account>${identity.Account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
const review = {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'SelfSubjectReview',
  status: { userInfo: { username: 'ann', groups: ['system:authenticated'] } },
}

const shown = v.object({
  results: v.tuple([
    v.object({
      proven: v.nullable(v.object({ arn: v.literal(arn) })),
      seen: v.nullable(v.object({ username: v.literal('ann') })),
    }),
  ]),
})

const terminal = useTerminal({
  aws: '[default]\nregion = eu-west-1\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n',
  config: `apiVersion: v1
kind: Config
current-context: c
clusters: [{ name: c, cluster: { server: "https://${cluster}", tls-server-name: kubernetes.default.svc } }]
users: [{ name: u, user: { exec: { apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, c] } } }]
contexts: [{ name: c, context: { cluster: c, user: u } }]
`,
})

let certificates: ClusterCertificates
let server: Running
let plain: RunningProxy
let closed: RunningProxy
let socks: RunningProxy
beforeAll(async () => {
  certificates = await createClusterCertificates('sts.eu-west-1.amazonaws.com', Date.now())
  server = await startTls(certificates.server, (request, response) => {
    const [status, type, body] = request.url?.startsWith('/apis/')
      ? [201, 'application/json', JSON.stringify(review)]
      : request.method === 'POST'
        ? [200, 'text/xml', xml]
        : [
            200,
            'application/json',
            JSON.stringify({ GetCallerIdentityResponse: { GetCallerIdentityResult: identity } }),
          ]
    response.writeHead(Number(status), { 'content-type': String(type) }).end(body)
  })
  plain = await startProxy({ lead: server.port })
  closed = await startProxy({ lead: server.port, login: 'ann:p@ss' })
  socks = await startSocks({ lead: server.port })
})
afterAll(async () => {
  for (const running of [plain, closed, socks, server]) await running?.close()
})

const at = (running: Running, scheme = 'http', login = '') => `${scheme}://${login}127.0.0.1:${running.port}`

interface Row {
  /** Which of the judges get through. */
  readonly through: 'both' | 'aws' | 'kubectl' | 'none'
  readonly variables: () => Variables
  /** What a check of Ekscope gets further than aws does; anything else as aws and kubectl. */
  readonly more?: string
}
const rows: Readonly<Record<string, Row>> = {
  'a proxy with a password, and the authority in a folder': {
    through: 'both',
    variables: () => ({
      HTTPS_PROXY: at(closed, 'http', 'ann:p%40ss@'),
      AWS_CA_BUNDLE: 'ca.pem',
      SSL_CERT_DIR: 'folder',
    }),
  },
  'lower-case names, and the authority in a file': {
    through: 'both',
    variables: () => ({ https_proxy: at(plain), REQUESTS_CA_BUNDLE: 'ca.pem', SSL_CERT_FILE: 'ca.pem' }),
  },
  'the authority for aws alone': {
    through: 'aws',
    variables: () => ({ HTTPS_PROXY: at(plain), AWS_CA_BUNDLE: 'ca.pem' }),
  },
  'the authority for kubectl alone': {
    through: 'kubectl',
    variables: () => ({ HTTPS_PROXY: at(plain), SSL_CERT_FILE: 'ca.pem' }),
    more: 'aws knows its own roots alone; a check takes those of the system, too',
  },
  SOCKS5: {
    through: 'kubectl',
    variables: () => ({ HTTPS_PROXY: at(socks, 'socks5'), AWS_CA_BUNDLE: 'ca.pem', SSL_CERT_FILE: 'ca.pem' }),
    more: 'aws knows no SOCKS; the token of keys needs no network of it',
  },
  'the password is missing': {
    through: 'none',
    variables: () => ({ HTTPS_PROXY: at(closed), AWS_CA_BUNDLE: 'ca.pem', SSL_CERT_FILE: 'ca.pem' }),
  },
  'what NO_PROXY names goes past it': {
    through: 'kubectl',
    variables: () => ({
      HTTPS_PROXY: at(plain),
      NO_PROXY: 'sts.eu-west-1.amazonaws.com',
      AWS_CA_BUNDLE: 'ca.pem',
      SSL_CERT_FILE: 'ca.pem',
    }),
  },
  'the profile names the authority, the cluster entry proxy and authority': {
    through: 'both',
    variables: () => ({
      https_proxy: at(plain),
      AWS_CONFIG_FILE: 'company.config',
      KUBECONFIG: 'company.kubeconfig',
      HTTPS_PROXY: 'http://127.0.0.1:1',
    }),
  },
  'ALL_PROXY is no proxy of theirs': {
    through: 'none',
    variables: () => ({ ALL_PROXY: at(plain), AWS_CA_BUNDLE: 'ca.pem', SSL_CERT_FILE: 'ca.pem' }),
  },
  'what Node alone would take': {
    through: 'none',
    variables: () => ({ HTTPS_PROXY: at(plain), NODE_EXTRA_CA_CERTS: 'ca.pem', NODE_USE_SYSTEM_CA: '1' }),
  },
}
// The first has both kinds of variable; the last that nothing else lets a connection through.
const names = Object.keys(rows)
const taken = someOf(names, (name) => name === names[0] || name === names.at(-1))

test.each(taken)('%s', { timeout: 60_000 }, async (name) => {
  const row = rows[name]
  if (row === undefined) throw new Error(name)
  for (const file of ['ca.pem', 'folder/company.pem']) terminal.write(file, certificates.caPem)
  terminal.write(
    'company.config',
    `${terminal.text(`${terminal.home}/.aws/config`)}ca_bundle = ${terminal.home}/ca.pem\n`,
  )
  const own = `"proxy-url": "${at(plain)}", certificate-authority: ca.pem, tls-server-name:`
  terminal.write('company.kubeconfig', terminal.text().replace('tls-server-name:', own))
  const inHome = (value: string) =>
    /^(?:ca\.pem|folder|company\.\w+)$/.test(value) ? `${terminal.home}/${value}` : value
  const variables = Object.fromEntries(
    Object.entries(row.variables()).map(([key, value]) => [key, inHome(value)]),
  )
  const [aws, kubectl, mine] = await Promise.all([
    terminal.run(realProgram('aws'), ['sts', 'get-caller-identity'], { ...variables, AWS_MAX_ATTEMPTS: '1' }),
    terminal.run(realProgram('kubectl'), ['auth', 'whoami'], variables),
    terminal.ekscope(['whoami', '--json'], variables),
  ])
  const { results } = v.parse(shown, JSON.parse(mine.stdout))
  const [{ proven, seen }] = results
  const judged = { aws: aws.status === 0, kubectl: kubectl.status === 0 }
  expect(judged).toEqual({
    aws: ['both', 'aws'].includes(row.through),
    kubectl: ['both', 'kubectl'].includes(row.through),
  })
  expect({ aws: proven !== null, kubectl: seen !== null }).toEqual({
    ...judged,
    aws: judged.aws || row.more !== undefined,
  })
})
