export { sweep } from '../../electron/aws/api/sweep'
export { readAwsFiles } from '../../electron/aws/files/profiles'
export { byNewestRules } from '../../electron/aws/installed/rules'
