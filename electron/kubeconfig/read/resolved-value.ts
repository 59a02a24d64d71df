/** A resolved context as a value that another thread can be sent: nothing of it is left to be looked up in its document. */
import type { ResolvedContext } from './entries'

export const resolvedValue = (of: ResolvedContext): ResolvedContext => ({
  id: of.id,
  entry: of.entry,
  file: of.file,
  context: of.context,
  cluster: of.cluster,
  clusterFile: of.clusterFile,
  clusterEntry: of.clusterEntry,
  user: of.user,
  userFile: of.userFile,
  userEntry: of.userEntry,
  name: of.name,
  path: of.path,
  shadowed: of.shadowed,
  inRepeats: of.inRepeats,
  hasCluster: of.hasCluster,
  server: of.server,
  userName: of.userName,
  rawCluster: of.rawCluster,
  rawUser: of.rawUser,
  userKey: of.userKey,
  // Who reads the file goes by it there: it leads to all other forms of the file, one behind the other.
  userForm: null,
  userWord: null,
})
