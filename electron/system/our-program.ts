/** A program and what it runs; of Electron and the single executable nothing, they are the program itself. */
export interface Program {
  readonly executable: string
  readonly script: string | null
}

const isItself =
  process.versions.electron !== undefined || process.getBuiltinModule?.('node:sea').isSea() === true

export const ourProgram: Program = {
  executable: process.execPath,
  script: isItself ? null : (process.argv[1] ?? null),
}
