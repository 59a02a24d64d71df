export interface Target {
  readonly electron: string
  /** The major version of its Chrome, for the page. */
  readonly chrome: string
  /** The major version of its Node, for main and preload. */
  readonly node: string
}
type Found = { executable: string; version: string }

export declare const declaredTarget: Target
export declare function targetOf(electron: Found): Promise<Target>
export declare function askTarget(executable: string): Promise<Target>
export declare function forTarget(target: Target): Record<string, string>
export declare function buildTarget(): Target
