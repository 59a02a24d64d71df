/**
 * A process of its own for lock tests. `append FILE TEXT`: adds a line under the lock. `hold FILE`: takes the lock,
 * says "held", and waits to be killed.
 */
import { acquireLocks, lingerMs } from '../kubeconfig/disk/kubeconfig-lock'
import { readForWriting } from '../kubeconfig/disk/replace'
import { replaceFile } from './replace-file'

async function main(): Promise<void> {
  const [, , mode = '', file = '', text = ''] = process.argv
  const locks = await acquireLocks({ list: [file], writes: [file], waitMs: 60_000 })
  if (!locks.ok) throw new Error(locks.fault.message)
  if (mode === 'hold') {
    process.stdout.write('held\n')
    setInterval(() => undefined, 1_000)
    return
  }
  const state = await readForWriting(file)
  if (!state.ok) throw new Error(state.fault.message)
  const bytes = Buffer.concat([state.value.bytes ?? Buffer.alloc(0), Buffer.from(`${text}\n`)])
  const done = await replaceFile(state.value, bytes)
  if (!done.ok || done.value.kind !== 'replaced') throw new Error(JSON.stringify(done))
  await new Promise((resolve) => setTimeout(resolve, lingerMs(0) / 6))
  await locks.value.release()
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(3)
})
