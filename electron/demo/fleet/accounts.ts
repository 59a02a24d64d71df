/** The accounts of Tidepool, a made-up payments company, and how ARNs in them are written. */
import type { Account } from '../simulator/world'

export const accounts = {
  paymentsProd: {
    id: '111122223333',
    name: 'payments-prod',
    partition: 'aws',
    alias: 'tidepool-payments',
    enabled: ['eu-central-2', 'eu-south-1'],
  },
  paymentsDev: { id: '444455556666', name: 'payments-dev', partition: 'aws' },
  platform: {
    id: '777788889999',
    name: 'platform',
    partition: 'aws',
    alias: 'tidepool-platform',
    enabled: ['il-central-1'],
  },
  dataLake: { id: '123412341234', name: 'data-lake', partition: 'aws' },
  security: { id: '909090909090', name: 'security', partition: 'aws' },
  sandbox: { id: '262626262626', name: 'sandbox', partition: 'aws', alias: 'tidepool-sandbox' },
  cnOps: { id: '505050505050', name: 'cn-ops', partition: 'aws-cn' },
  // No file names it: its alias does, once it is read.
  cnShop: { id: '606060606060', name: 'cn-shop', partition: 'aws-cn', alias: 'tidepool-shop' },
} as const satisfies Record<string, Account>

export type AccountKey = keyof typeof accounts

export const roleArn = (account: AccountKey, name: string): string =>
  `arn:${accounts[account].partition}:iam::${accounts[account].id}:role/${name}`
export const userArn = (account: AccountKey, name: string): string =>
  `arn:${accounts[account].partition}:iam::${accounts[account].id}:user/${name}`
export const clusterArn = (account: AccountKey, region: string, name: string): string =>
  `arn:${accounts[account].partition}:eks:${region}:${accounts[account].id}:cluster/${name}`
