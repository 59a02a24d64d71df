/** What package.json says of this Ekscope; the build puts it in place. */
import { devDependencies, version } from '../package.json'

export { version }

/** The Electron that this Ekscope is made for. */
export const declaredElectron: string = devDependencies.electron
