/** The version of this Ekscope, as package.json has it; the build puts it in place. */
export { version } from '../package.json'
