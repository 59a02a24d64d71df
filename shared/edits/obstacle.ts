/** Obstacles to replacing a file that the user may permit nevertheless. */

/** `in-place`: written in its place, not replaced; `force`: written although it is protected. */
export type Remedy = 'in-place' | 'force'

/** Each obstacle with what must be permitted to go on. */
export const remedies = {
  'hard-link': 'in-place',
  'mount-point': 'in-place',
  'folder-not-writable': 'in-place',
  'other-owner': 'in-place',
  rights: 'in-place',
  'rename-refused': 'in-place',
  'open-elsewhere': 'in-place',
  'write-protected': 'force',
} as const satisfies Readonly<Record<string, Remedy>>

export type ObstacleReason = keyof typeof remedies

export interface Obstacle {
  /** As listed. */
  readonly path: string
  readonly reason: ObstacleReason
}

/** Files, as listed, for which the user permitted what their obstacles need. */
export interface Permitted {
  readonly inPlace: readonly string[]
  readonly force: readonly string[]
}

export const nothingPermitted: Permitted = { inPlace: [], force: [] }

/** Whether that is permitted already. */
export function isPermitted({ inPlace, force }: Permitted, { path, reason }: Obstacle): boolean {
  return (remedies[reason] === 'force' ? force : inPlace).includes(path)
}

/** With these obstacles permitted too. */
export function permitting({ inPlace, force }: Permitted, obstacles: readonly Obstacle[]): Permitted {
  const paths = (remedy: Remedy) =>
    obstacles.flatMap(({ path, reason }) => (remedies[reason] === remedy ? [path] : []))
  return {
    inPlace: [...new Set([...inPlace, ...paths('in-place')])],
    force: [...new Set([...force, ...paths('force')])],
  }
}
