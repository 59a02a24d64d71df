/** Run by data-folder.test.ts in processes of its own: counts up in a data file, or dies while holding its lock. */
import * as v from 'valibot'
import { openDataFolder } from '../system/data-folder'

const [folder = '', times = '0'] = process.argv.slice(2)
const file = openDataFolder(folder, { lockWaitMs: 20_000 }).file({
  name: 'counters.json',
  version: 2,
  schema: v.record(v.string(), v.number()),
  empty: {},
})

async function main() {
  if (times === 'die') {
    await file.update((now) => {
      process.kill(process.pid, 'SIGKILL')
      return now
    })
  }
  for (let n = 0; n < Number(times); n += 1) {
    const done = await file.update((now) => ({ ...now, sum: (now.sum ?? 0) + 1 }))
    if (!done.ok) throw new Error(done.fault.message)
  }
}

void main()
