/** Kubeconfigs with what people and other tools put into them and no generator thinks of. A remark is `#r` and a number. */

export interface ByHand {
  readonly name: string
  readonly text: string
}

const crlf = (text: string): string => text.replaceAll('\n', '\r\n')
const exec =
  '{apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, c]}'

const plain = `apiVersion: v1
kind: Config
current-context: one
clusters:
- name: c
  cluster: {server: "https://c.test"}
contexts:
- name: one
  context: {cluster: c, user: u, namespace: ns}
- name: two
  context:
    cluster: c
    user: u
users:
- name: u
  user:
    exec: ${exec}
`

export const byHand: readonly ByHand[] = [
  {
    name: 'anchors across entries',
    text: `clusters:
- name: c
  cluster: &cluster #r1
    server: &server https://c.test #r2
    certificate-authority-data: QUJD
- name: d
  cluster: *cluster #r3
- name: e
  cluster:
    server: *server
contexts:
- name: &one one
  context: &context {cluster: c, user: &u u, namespace: &n web} #r4
- name: two
  context: *context
- name: three
  context: {cluster: e, user: *u, namespace: *n} #r5
current-context: *one
users:
- name: *u
  user:
    exec: &exec
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: &args [eks, get-token, --cluster-name, c] #r6
- name: v
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: *args
- name: w
  user: {exec: *exec} #r7
`,
  },
  {
    name: 'merge keys, also with lists',
    text: `x-base: &base
  certificate-authority-data: QUJD #r1
  server: https://base
x-more: &more {tls-server-name: more, server: https://more}
clusters:
- name: c
  cluster:
    <<: [*more, *base] #r2
    insecure-skip-tls-verify: false
- name: d
  cluster:
    server: https://own #r3
    <<: *base
- name: e
  cluster:
    <<: *base
    server: https://own #r4
contexts:
- name: one
  context:
    <<: &ctx {cluster: c, user: u, namespace: web}
    namespace: own #r5
- name: two
  context:
    <<: *ctx #r6
    cluster: d
- name: three
  context: {<<: *ctx, cluster: e}
users:
- name: u
  user:
    exec:
      <<: &defaults
        apiVersion: client.authentication.k8s.io/v1beta1 #r7
        command: aws
      args: [eks, get-token, --cluster-name, c]
`,
  },
  {
    name: 'comments in odd places',
    text: `#r1
apiVersion: v1 #r2
   #r3
clusters: #r4

- #r5
  name: #r6
    c
  cluster: #r7
    #r8
    server: #r9
      https://c.test

  #r10
contexts:
    #r11
    -   name: one #r12
        #r13
        context: {#r14
          cluster: c, #r15
          user: u #r16
          #r17
        } #r18
  #r19
    -   #r20
        context:
            #r21
            cluster: c
            user: u
            #r22
        #r23
        name: two
        #r24
#r25
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: #r26
      #r27
      - eks #r28
      #r29
      - get-token

      - --cluster-name
      - c
      #r30
#r31
current-context: one #r32
#r33`,
  },
  {
    name: 'documents behind the first',
    text: `%YAML 1.1 #r1
--- #r2
${plain}--- #r3
contexts: nonsense
...
`,
  },
  { name: 'a document that ends', text: `---\n${plain}...\n#r1\n` },
  {
    name: 'a document on the line of its mark',
    text: `--- {contexts: [{name: one, context: {cluster: c, user: u}}]} #r1\n`,
  },
  {
    name: 'tabs',
    text: plain
      .replaceAll(': ', ':\t')
      .replaceAll('- name:\t', '-\tname:\t')
      .replace('-\tname:\tone\n  context', '- name:\tone\t\n  context')
      .replaceAll('-\tname', '- name'),
  },
  {
    name: 'mixed line ends',
    text: plain
      .split('\n')
      .map((line, i) => (i % 2 ? `${line}\r` : line))
      .join('\n'),
  },
  { name: 'CRLF and no last line end', text: crlf(plain).slice(0, -2) },
  { name: 'CR alone', text: plain.replaceAll('\n', '\r') },
  { name: 'a byte order mark', text: `\ufeff${plain}` },
  { name: 'a byte order mark before a comment, CRLF', text: `\ufeff#r1\r\n${crlf(plain)}` },
  { name: 'no last line end', text: plain.slice(0, -1) },
  { name: 'spaces behind everything', text: plain.replaceAll('\n', '  \n').concat('   \n \n\n') },
  {
    name: 'flow over several lines',
    text: `{
  clusters: [
    {name: c, cluster: {server: "https://c.test"}}, #r1
  ],
  contexts: [ #r2
    {name: one,
     context: {
       cluster: c,
       user: u #r3
     }},
    { "name":"two", context: {cluster: c, user: u, },
    }, #r4
  ],
  users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [
    eks,
    get-token, #r5
    --cluster-name, c,
  ]}}}] #r6
}
`,
  },
  {
    name: 'keys in every quoting',
    text: `"clusters":
- 'name': c
  "cluster" : {"server":"https://c.test"}
'contexts' :
- ? name #r1
  : one
  ? "context"
  : cluster: c
    ? user
    : u
- "n\\x61me": two
  'context': {'cluster':'c', "user":"u"}
"users":
- "name": "u"
  ? 'user'
  : "exec": ${exec}
? current-context
: "one"
`,
  },
  {
    name: 'keys twice',
    text: `contexts:
- name: gone
  context: {cluster: c, user: u}
current-context: first
clusters:
- name: x
  name: c
  cluster: {server: "https://old", server: "https://c.test"} #r1
contexts: #r2
- context: {cluster: c, user: old}
  name: one
  context:
    namespace: a
    cluster: c
    namespace: b #r3
    user: u
- name: two
  context: {cluster: c, user: u}
users:
- name: u
  user: {exec: ${exec}}
current-context: one #r4
`,
  },
  {
    name: 'block scalars as data, as names, and at the end',
    text: `clusters:
- name: |-
    c
  cluster:
    server: >-
      https://c.test
    certificate-authority-data: |
      QUJDREVG
      R0hJ
contexts:
- name: >-
    one

  context:
    cluster: |-
      c
    user: u
    namespace: "a\\
      b"
- name: 'two
    words'
  context: {cluster: c, user: u}
current-context: |-
  one
users:
- name: u
  user:
    client-certificate-data: |2
      QUJD
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [eks, get-token, --cluster-name, c]
      installHint: |+
        Install it:

          # no comment
`,
  },
  {
    name: 'a block scalar at the end that keeps its blank lines',
    text: `${plain.replace('users:', 'users: #r1')}x-note: |+\n  text\n\n\n`,
  },
  { name: 'JSON as kubectl prints it', text: `${JSON.stringify(jsonConfig(), null, 4)}\n` },
  { name: 'JSON on one line', text: JSON.stringify(jsonConfig()) },
  { name: 'JSON with tabs', text: JSON.stringify(jsonConfig(), null, '\t') },
  {
    name: 'lists that are empty or null',
    text: 'clusters: []\ncontexts: null #r1\nusers:\ncurrent-context: ~\nkind: Config\n',
  },
  {
    name: 'null and empty things',
    text: `clusters:
- name: c
  cluster:
- name: d
  cluster: {}
contexts:
- name: one
  context: {}
- name: two
  context: {cluster: c, user: , namespace: ~}
- name: three
  context:
    cluster: d
    user: u #r1
    namespace:
users:
- name: u
  user:
- name: v
current-context:
`,
  },
  {
    name: 'entries and lists through aliases',
    text: `x-contexts: &contexts
- &one
  name: one
  context: {cluster: c, user: u}
- name: two
  context: {cluster: c, user: u} #r1
contexts: *contexts
clusters:
- &c {name: c, cluster: {server: "https://c.test"}}
x-spare: [*one, *c]
users:
- name: u
  user: &user {exec: ${exec}}
- name: v
  user: *user
`,
  },
  {
    name: 'wide indentation and nested dashes',
    text: `contexts:
      -     name: one
            context:
                    cluster: c
                    user: u

      -
            name: two
            context:
             cluster: c
             user: u
             namespace: ns #r1
clusters:
  -   cluster:
        server: https://c.test
      name: c
users:
-
 name: u
 user:
  exec:
   args:
         - eks
         - get-token
         - --cluster-name
         - c
   command: aws
   apiVersion: client.authentication.k8s.io/v1beta1
`,
  },
  {
    name: 'tags and anchors before everything',
    text: `!!map
contexts: !!seq
- !!map
  name: !!str one
  context: !!map {cluster: !!str c, user: ! u, namespace: !!str ns}
- &two !!map
  &key name: &name !!str two
  context: &ctx
    cluster: c
    user: u
clusters: &list
- name: c
  cluster: !<tag:yaml.org,2002:map> {server: !!str "https://c.test"}
users:
- {name: u, user: {exec: ${exec}}}
`,
  },
  {
    name: 'extensions and unknown keys everywhere',
    text: `preferences: {colors: true}
x-top: [1, 0x1f, .5, 1e400, 9007199254740993] #r1
extensions:
- name: e
  extension: {a: 1}
contexts:
- name: one
  x-beside: &x {deep: [1, {2: yes}]} #r2
  context:
    cluster: c
    extensions:
    - extension: {last-update: "2024", provider: on}
      name: context_info
    user: u
    x-inside: *x
- {x-first: 1, name: two, context: {user: u, x: 12345678901234567890, cluster: c}}
clusters:
- name: c
  cluster: {server: "https://c.test", x-inside: 1.0}
users:
- name: u
  user: {exec: ${exec}, x-inside: [~, on]}
`,
  },
  {
    name: 'line separators and other letters in comments and text',
    text: `# a\u0085#r1\ncontexts:\n- name: one # \u2028#r2\n  context: {cluster: c, user: "u\u00e9", namespace: "a\\Lb"} # \ud83d\ude00\n- name: "tw\\u00f6"\n  context: {cluster: c, user: u\u00e9}\nclusters:\n- name: c\n  cluster: {server: "https://c.test"}\nusers:\n- name: u\u00e9\n  user: {exec: ${exec}}\n`,
  },
  {
    name: 'users of every kind, args and env in odd forms',
    text: `contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: v}}
- {name: three, context: {cluster: c, user: w}}
clusters:
- {name: c, cluster: {server: "https://c.test"}}
users:
- name: u
  user:
    exec:
      command: aws
      args: &args
        - --region
        - us-west-2 #r1
        - --profile=old
        - eks
        - get-token
        - --cluster-name
        - "c"
        - --role-arn
        - arn:aws:iam::123456789012:role/Old #r2
      env: []
      apiVersion: client.authentication.k8s.io/v1beta1
- name: v
  user:
    exec:
      args: *args
      command: aws
      env:
      - {name: AWS_PROFILE, value: &p old} #r3
      - name: OTHER
        value: *p
      apiVersion: client.authentication.k8s.io/v1beta1
- name: w
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws-iam-authenticator
      args: [token, -i, c, -r, "arn:aws:iam::123456789012:role/Old"]
      env: ~
`,
  },
]

function jsonConfig(): unknown {
  return {
    kind: 'Config',
    apiVersion: 'v1',
    clusters: [{ name: 'c', cluster: { server: 'https://c.test/\u00e9' } }],
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'u' } },
      { name: 'two "2"', context: { cluster: 'c', user: 'u', namespace: 'n' } },
    ],
    users: [
      {
        name: 'u',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1beta1',
            command: 'aws',
            args: ['eks', 'get-token', '--cluster-name', 'c'],
          },
        },
      },
    ],
    'current-context': 'one',
  }
}
