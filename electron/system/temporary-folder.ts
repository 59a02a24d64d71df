/** A folder that is made for one run, and that goes when the run ends, however it ends. */
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, realpathSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Waits for the end of its input, which comes when the process that holds the other end has gone, killed or crashed too.
 * Several times, because what that process had started (Chromium's own processes, a command that was being asked) may write
 * for a moment longer.
 */
const remover = 'read -r _; for pause in 0 1 3 6; do sleep $pause; rm -rf "$1"; done'

/** Makes it, its name beginning so, and a process that removes it once this one has gone. */
export function makeTemporaryFolder(prefix: string) {
  const path = realpathSync(mkdtempSync(join(tmpdir(), prefix)))
  const release = removedWithUs(path)
  return {
    /** Absolute, no link in it. */
    path,
    /** Removes it now, as far as no process writes into it any more; the rest goes a little later. */
    async remove(): Promise<void> {
      await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
      release()
    },
  }
}

/** Started before there is anything to remove: at the end there may be no time left. Gives what lets it begin. */
function removedWithUs(path: string): () => void {
  if (process.platform === 'win32') return () => undefined
  // Chromium lets its children's connections be inherited: a process that holds one keeps them waiting for us when we have gone.
  const nothing = openSync('/dev/null', 'r+')
  const ours = Math.max(...readdirSync('/dev/fd').map(Number))
  const covered = Array.from({ length: Math.max(0, ours - 2) }, () => nothing)
  // In a session of its own: the terminal's Ctrl+C is for us.
  const child = spawn('/bin/sh', ['-c', remover, 'sh', path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore', ...covered],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  })
  closeSync(nothing)
  const input = child.stdin
  // Without a shell what we remove ourselves has to do.
  for (const one of [child, input]) one?.on('error', () => undefined)
  child.unref()
  if (input instanceof Socket) input.unref()
  return () => input?.destroy()
}
