/**
 * Whether there is a graphics card for Chromium. Without one (a virtual machine, a container, a virtual display) Chromium finds
 * out by starting a process for the card, which ends at once, and then another one, for which the page waits. With a switch that
 * says so, it draws in software from the start, as it would in the end.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from './errno'

/** What Linux shows a card as: its driver's own devices, or Windows' card below WSL. */
const devices = ['nvidiactl', 'dxg', 'mali0', 'kgsl-3d0', 'pvr_sync']

/**
 * True where Linux has no device of a graphics card. False elsewhere, where each machine has some, and where that is not known.
 * Source: the devices that Mesa and the makers' drivers open, drm(7).
 */
export function drawsInSoftware(platform: NodeJS.Platform = process.platform, folder = '/dev'): boolean {
  if (platform !== 'linux' || !existsSync(folder)) return false
  return !devices.some((name) => existsSync(join(folder, name))) && !hasCard(join(folder, 'dri'))
}

/** Cards and what only computes: `card0`, `renderD128`. */
function hasCard(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => /^(?:card|renderD)\d+$/.test(name))
  } catch (error) {
    return codeOf(error) !== 'ENOENT'
  }
}
