import { mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { removeFolder } from '../testing/bundle'
import { refreshedClusters } from './refreshed-clusters'

test('AWS is asked in no region that is none: a kubeconfig would choose the host of the request', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-refresh-'))
  try {
    const regions = [
      'evil.example/',
      'x.evil.example',
      's3',
      '127.0.0.1:1#',
      'us-east-1@evil.example',
      'us-east-1\nx',
      '',
      ' us-east-1',
    ]
    const file = path.join(folder, 'config')
    const users = regions.flatMap((region, at) => [
      [`a${at}`, { args: ['--region', region, 'eks', 'get-token', '--cluster-name', 'prod'] }] as const,
      [
        `e${at}`,
        {
          args: ['eks', 'get-token', '--cluster-name', 'prod'],
          env: [{ name: 'AWS_REGION', value: region }],
        },
      ] as const,
    ])
    await writeFile(
      file,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: users.map(([name]) => ({ name, cluster: { server: 'https://127.0.0.1:1' } })),
        contexts: users.map(([name]) => ({ name, context: { cluster: name, user: name } })),
        users: users.map(([name, exec]) => ({
          name,
          user: { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'aws', ...exec } },
        })),
      }),
    )
    const store = createKubeconfigStore({
      list: () => [{ path: file, source: 'KUBECONFIG', own: true }],
      trustedFile: () => true,
    })
    await store.load()
    const asked: string[] = []
    const { edits, problems } = await refreshedClusters(
      store.inView().view.resolved(),
      {
        describeCluster: (_identity, region) => {
          asked.push(region)
          throw new Error('asked')
        },
        tunnels: true,
        all: store.inView().view.resolved(),
      },
      new AbortController().signal,
    )
    expect({ asked, edits }).toEqual({ asked: [], edits: [] })
    expect(problems).toHaveLength(users.length)
    expect(problems[0]?.fault.message).toBe('“evil.example/” is not an AWS region.')
  } finally {
    await removeFolder(folder)
  }
})
