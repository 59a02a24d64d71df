import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseProxy, parseServer } from '../destination/address'
import { mask } from './entries'
import {
  maskAddress,
  maskArguments,
  maskComment,
  maskKeyId,
  maskText,
  maskVariable,
  publicAddress,
  refusedAddress,
} from './secrets'

const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const webToken = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'

test('what follows a flag that takes a secret is masked, in both spellings', () => {
  expect(
    maskArguments(['get-token', '--token', 's3cret', '--password=hunter2', '--region', 'eu-west-1']),
  ).toEqual(['get-token', '--token', mask, `--password=${mask}`, '--region', 'eu-west-1'])
  expect(maskArguments(['--oidc-client-secret=abc', '--token-file', '/run/token', '--token-only'])).toEqual([
    `--oidc-client-secret=${mask}`,
    '--token-file',
    '/run/token',
    '--token-only',
  ])
})

test('arguments of get-token stay as they are', () => {
  const args = [
    '--region',
    'us-west-2',
    'eks',
    'get-token',
    '--cluster-name',
    'prod',
    '--output',
    'json',
    '--role-arn',
    'arn:aws:iam::123456789012:role/Admin',
  ]
  expect(maskArguments(args)).toEqual(args)
})

test.each([
  secretKey,
  webToken,
  'k8s-aws-v1.aHR0cHM6Ly9zdHM',
  'TOKEN=abc123 aws',
  '--env=AWS_SESSION_TOKEN=abc123',
  '--exec=AWS_SESSION_TOKEN=abc123 aws',
  'https://x.example/?a=b&token=abc123',
  'Authorization: Bearer abcdefgh12345',
  'http://u:hunter2@proxy:3128',
])('a secret is masked wherever it stands: %s', (text) => {
  const shown = maskText(text)
  expect(shown).toContain(mask)
  expect(shown).not.toMatch(/wJalr|eyJ|aHR0c|abc123|abcdefgh|hunter2/)
})

test('an address loses its user and password and nothing else', () => {
  expect(maskAddress('https://me:pw@proxy.example:3128/x')).toBe(`https://${mask}@proxy.example:3128/x`)
  expect(maskAddress('https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com')).toBe(
    'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com',
  )
})

const eks = 'ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com'
test.each([
  [`https://127.0.0.1:9413/a@${eks}`, `https://127.0.0.1:9413/a@${eks}`],
  [`https://127.0.0.1:9413?a@${eks}`, `https://127.0.0.1:9413?${mask}`],
  [`https://127.0.0.1:9413#a@${eks}`, `https://127.0.0.1:9413#${mask}`],
  [`https://${eks}:443@127.0.0.1:9413`, `https://${mask}@127.0.0.1:9413`],
  [`https://127.0.0.1:9413\\@${eks}`, mask],
  [`https://127.0.0.1\u3002${eks}`, `https://127.0.0.1.${eks.toLowerCase()}`],
  [
    `https://${eks.replace('am', '\u0430m')}`,
    `https://${eks.toLowerCase().replace('amazonaws', 'xn--mazonaws-06g')}`,
  ],
  [`https://${eks}\uff0eevil.example/x`, `https://${eks.toLowerCase()}.evil.example/x`],
  // kubectl refuses this one, so there is no host.
  [`https://${eks}\u2024evil.example/x`, `https://${eks}\u2024evil.example/x`],
])('the host that is dialled for %j is in no mask', (url, shown) => {
  expect(maskAddress(url)).toBe(shown)
})

test('an export leads to the same place, without user and password', () => {
  for (const [url, exported] of [
    [
      `https://gw.corp.example/k8s/clusters/team@prod.example`,
      'https://gw.corp.example/k8s/clusters/team@prod.example',
    ],
    ['https://me:pw@gw.example/x@y', 'https://gw.example/x@y'],
    ['https://b\u00fccher.example', 'https://b\u00fccher.example'],
    ['https://gw.example/p?token=abc', 'https://gw.example/p'],
    // kubectl refuses these, and goes nowhere with the export either.
    ['https://me:p w@gw.example', refusedAddress],
    ['https://u:pw@host.example:44x', refusedAddress],
    ['https:///u:p@h', refusedAddress],
    ['https://u:p\\@h', refusedAddress],
    ['ftp://u:p@h', refusedAddress],
    ['https://host.example:44x', 'https://host.example:44x'],
    ['https://host.example:44x?token=abc', refusedAddress],
  ] as const)
    expect([url, publicAddress(url, parseServer)]).toEqual([url, exported])
  // Without its user this would be a proxy on this machine.
  expect(publicAddress('x@http:1', parseProxy)).toBe(refusedAddress)
  expect([parseServer(refusedAddress).ok, parseProxy(refusedAddress).ok]).toEqual([false, false])
})

test('a variable is shown only when its name is known to hold no secret', () => {
  expect(maskVariable('AWS_PROFILE', 'pay')).toEqual({ value: 'pay', masked: false })
  expect(maskVariable('AWS_SECRET_ACCESS_KEY', secretKey)).toEqual({ value: mask, masked: true })
  expect(maskVariable('AWS_ACCESS_KEY_ID', secretKey)).toEqual({ value: mask, masked: true })
  // Id and secret in each other's place: nothing as long as a secret with a small letter in it is an id.
  for (const id of ['AKIAIOSFODNN7EXAMPLE', 'test', '']) expect(maskKeyId(id)).toBe(id)
  for (const other of [secretKey, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', `${secretKey}=`])
    expect(maskKeyId(other)).toBe(mask)
})

// Each of these took minutes while a pattern looked for its beginning from every place to the end.
test.each(['a-', 'a.', '-eyJaaaaaaaa', 'Bearer ', '://', 'a="', 'cookie:', 'cookie "'])(
  'half a megabyte of %j is looked through once',
  (word) => {
    const text = `x@= ${word.repeat(250_000)}`
    expect(maskText(text).length).toBeGreaterThan(0)
    expect(maskAddress(text).length).toBeGreaterThan(0)
  },
)

test.each([
  ['# token: hunter2 and more', `# token: ${mask}`],
  ['#password: hunter2', `#password: ${mask}`],
  ['# old AWS_PROFILE=dev', `# old AWS_PROFILE= ${mask}`],
  ['# secret:hunter2', `# secret: ${mask}`],
  ['# TODO: ask the platform team', `# TODO: ${mask}`],
  ['# "token" : hunter2', `# "token" : ${mask}`],
  ['# login bob:hunter2@proxy', `# login ${mask}`],
  ['# was hunter2hunter2hunter2', `# was ${mask}`],
  ['# (hunter2hunter2hunter2).', `# ${mask}`],
  ['# mint --password hunter2 --region x', `# mint --password ${mask} --region x`],
  ['# curl -u bob:hunter2 proxy', `# curl -u bob:${mask} proxy`],
])('of the comment %j what follows a name is masked, and long words that are not known', (comment, shown) => {
  expect(maskComment(comment, () => false)).toBe(shown)
})

test.each([
  '# why',
  '# ------------------------------------',
  '# as arn:aws:iam::111111111111:role/path/Administrators, since May',
  '# see https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html',
  '# the key stands in /home/me/keys/of-the-old-cluster.pem (or ~/.kube/keys/of-the-old-cluster).',
  '# of ABCDEF0123456789ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com',
  '# replaces a-context-with-quite-a-long-name.',
])('nothing is masked in the comment %j', (comment) => {
  expect(maskComment(comment, (word) => word === 'a-context-with-quite-a-long-name')).toBe(comment)
})

test.each(['a', 'a:', ')', ' ', 'a.', '/a', '"', 'a=', '::', 'arn:aws:'])(
  'half a megabyte of %j in a comment is looked through once',
  (word) => {
    expect(maskComment(`# x${word.repeat(500_000 / word.length)}!`, () => false).length).toBeGreaterThan(0)
  },
)

test.each([
  ['me:hunter2@proxy:3128', `${mask}@proxy:3128`],
  ['https://a@b:hunter2@proxy', `https://${mask}@proxy`],
  ['ftp://me:hunter2@proxy', `ftp://${mask}@proxy`],
  // These lead nowhere, so nobody knows what of them is the password.
  ['http://me:hunter2/x@proxy:3128', mask],
  ['http://me:hun ter2@proxy:3128', mask],
  ['//me:hunter2@proxy', mask],
  ['https://me:hunter2#x@proxy', mask],
  ['https://me#hunter2@proxy', `https://me#${mask}`],
])('the password in the address %j is masked however it is written', (url, shown) => {
  expect(maskAddress(url)).toBe(shown)
})

test.each([
  ['foo --password S19 --region x', `foo --password ${mask} --region x`],
  [`sh "--token" 'S 19'; next`, `sh "--token" ${mask}; next`],
  ['foo --password "S 19" && bar', `foo --password ${mask} && bar`],
  ['X-Vault-Token: S20', `X-Vault-Token: ${mask}`],
  ['curl -H "X-Vault-Token: S20" https://x.test', `curl -H "X-Vault-Token: ${mask}" https://x.test`],
  ['{"user":"a","password":"S22"}', `{"user":"a","password":${mask}}`],
  ['curl -u bob:S26 https://x.test', `curl -u bob:${mask} https://x.test`],
  ['Authorization: Token S27 S28', `Authorization: ${mask}`],
  ['--header=authorization: S29 S30', `--header=authorization: ${mask}`],
  ['Cookie: a=S31; b=S32', `Cookie: ${mask}`],
  [
    'curl -H "Proxy-Authorization: ApiKey S33" https://x.test',
    `curl -H "Proxy-Authorization: ${mask}" https://x.test`,
  ],
  ['exec aws --region us-east-1 --profile ci eks get-token --cluster-name tools', null],
  ['arn:aws:iam::111122223333:role/Token: reader', null],
  ['ssh -p 22 -i ~/.ssh/key host:22', null],
])('a script, header or document in one argument hides its secrets: %s', (arg, shown) => {
  expect(maskArguments(['run', arg])).toEqual(['run', shown ?? arg])
})

test('a script of a shell is shown as its length and hash: by words no secret in it is certainly masked', () => {
  const script = 'curl -H "X-Corp: SECRET123" https://x'
  const hashed = `${mask} (37 characters, SHA-256 ${createHash('sha256').update(script).digest('hex').slice(0, 32)})`
  for (const before of [
    ['-c'],
    ['-lc'],
    ['-o', 'pipefail', '-ec'],
    ['-c', '-x'],
    ['-S'],
    ['/c'],
    ['-Command'],
    ['exec', 'p', '--', 'sh', '-c'],
  ])
    expect(maskArguments([...before, script, 'name'])).toEqual([...before, hashed, 'name'])
  expect(maskArguments([`--command=${script}`])).toEqual([`--command=${hashed}`])
  // Of one that cmd joins, each word.
  expect(maskArguments(['/c', 'tool', 'X=SECRET', 'b'])[2]).toMatch(/^•••••• \(8 characters, /)
  // A file, or nothing but what gets a token of AWS.
  for (const shown of [
    'config.yaml',
    '/etc/a.conf',
    'exec aws eks get-token --cluster-name prod',
    'AWS_PROFILE=p aws-vault exec p -- aws eks get-token --cluster-name "a b"',
    '. awsume p && aws eks get-token --cluster-name c',
  ])
    expect(maskArguments(['-c', shown])).toEqual(['-c', shown])
  for (const hidden of [
    'aws eks get-token; curl x',
    'X=y aws eks get-token',
    'tool SECRET',
    'aws eks get-token $(id)',
    'sh -c "tool SECRET"',
    'tool x && aws eks get-token',
  ])
    expect(maskArguments(['-c', hidden])[1]).toMatch(/^•••••• \(\d+ characters, SHA-256 [0-9a-f]{32}\)$/)
  expect(maskArguments(['-c', 'aws eks get-token --token SECRET'])[1]).toBe(
    `aws eks get-token --token ${mask}`,
  )
})

test('a password beside its user, short names of secrets, and a key but not the path of one', () => {
  expect(
    maskArguments(['-u', 'bob:S21', '--key=S23', '--pw', 'S24', '--key', '/etc/k.pem', '-u', 'bob']),
  ).toEqual(['-u', `bob:${mask}`, `--key=${mask}`, '--pw', mask, '--key', '/etc/k.pem', '-u', 'bob'])
})

test('arguments that differ in one plain word are masked alike, and the word in all of them or in none', () => {
  const pieces = [
    '--token',
    '-u',
    '--user',
    'key',
    '--region',
    'a:b',
    'password:',
    'x',
    '--password=a',
    'bearer',
    '',
    '-',
  ]
  const words = ['fleet-1', 'a', '0', 'token', 'key', 'user', 'password', 'basic', 'prod-eu-west-1']
  const args = fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 3 })
  fc.assert(
    fc.property(
      args,
      args,
      fc.constantFrom(...words),
      fc.constantFrom(...words),
      (before, after, one, other) => {
        const at = before.length
        const [first, second] = [one, other].map((word) => maskArguments([...before, word, ...after]))
        const rest = (masked: readonly string[] = []) => masked.filter((_, place) => place !== at)
        expect(rest(first)).toEqual(rest(second))
        expect(first?.[at] === one).toBe(second?.[at] === other)
      },
    ),
    { numRuns: 400 },
  )
})
