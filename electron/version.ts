/** What package.json says of this Ekscope; the build inlines it. */
import { devDependencies, version } from '../package.json'

export { version }

/** The Electron version that this Ekscope is built for. */
export const declaredElectron: string = devDependencies.electron
