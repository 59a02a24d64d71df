/** The word by which the single executable, where the stand-in is no file, starts it. */
export const standInWord = '__aws'

/**
 * How the demo's stand-in for the aws CLI is started: by this very program, which runs as a plain Node when
 * ELECTRON_RUN_AS_NODE says so. A packaged app is no Node (a fuse in its binary), and no other program can look into its
 * archive: there it takes the copy next to the archive and a node of the PATH. `file` is null in the single executable.
 */
export function standInCommand(file: string | null, program: string): readonly string[] {
  if (file === null) return [program, standInWord]
  const beside = file.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked')
  return beside === file ? [program, file] : ['node', beside]
}
