/** Every secret that main holds at this moment, by value: what the log must never write, whatever went wrong. */
import { plainExecVariables } from '../../../shared/kubeconfig/entries'
import { addAddress, longEnough, maskArguments } from '../../../shared/kubeconfig/secrets'
import type { RawCluster, RawUser } from './entries'
import type { ReadFile } from './snapshot'

/** Secrets of kubeconfig entries: tokens, passwords, keys, unknown variables, and arguments that would be masked. */
export function secretsOfFiles(files: readonly ReadFile[]): readonly string[] {
  const found = new Set<string>()
  for (const { document } of files) {
    if (document === null) continue
    for (const { index } of document.users) addUser(document.user(index), found)
    for (const { index } of document.clusters) addCluster(document.cluster(index), found)
  }
  return longEnough(found)
}

function addUser(user: RawUser, found: Set<string>): void {
  for (const value of [user.token, user.password, user.clientKeyData]) if (value) found.add(value)
  if (user.exec === null) return
  for (const { name, value } of user.exec.env) if (!plainExecVariables.has(name)) found.add(value)
  const masked = maskArguments(user.exec.args)
  for (const [index, argument] of user.exec.args.entries()) {
    if (masked[index] === argument) continue
    found.add(argument)
    found.add(argument.slice(argument.indexOf('=') + 1))
  }
}

function addCluster(cluster: RawCluster, found: Set<string>): void {
  for (const address of [cluster.server, cluster.proxyUrl]) if (address) addAddress(address, found)
}
