import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** One process of this machine, as Linux tells of it. */
export interface Process {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly command: string
}

function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): Process[] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        // The name in brackets may hold anything; what follows its last bracket is state, parent and group.
        const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        // It has ended, and only its status waits to be asked for.
        if (state === 'Z') return []
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        return [{ pid: Number(name), parent: Number(parent), group: Number(group), command }]
      } catch {
        // It ended while it was looked at.
        return []
      }
    })
}

/** Every process of a group that runs. */
export function inGroup(group: number): readonly Process[] {
  return processes().filter((one) => one.group === group)
}

/** Every process below this one that runs: children, their children and so on, in any session. */
export function below(pid: number): readonly Process[] {
  const all = processes()
  const found: Process[] = []
  let parents = new Set([pid])
  while (parents.size > 0) {
    const next = all.filter((one) => parents.has(one.parent))
    found.push(...next)
    parents = new Set(next.map((one) => one.pid))
  }
  return found
}

/** Remote addresses of the TCP connections (in any state) of these processes, as `address:port` in hexadecimal. */
export function connections(pids: readonly number[]): readonly string[] {
  const inodes = new Set(
    pids.flatMap((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
          try {
            return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? []
          } catch {
            return []
          }
        })
      } catch {
        return []
      }
    }),
  )
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, , remote = '', , , , , , , inode = ''] = line.trim().split(/\s+/)
        return inodes.has(inode) && !/^0+:/.test(remote) ? [`${kind} ${remote}`] : []
      }),
  )
}
