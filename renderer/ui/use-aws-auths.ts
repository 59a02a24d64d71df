/** What was read of aws-auth, at the edge of React. */
import { useStore } from 'zustand'
import type { AwsAuthsState } from '../store/aws-auths'
import { useModel } from './model'

/** A part of it; the component draws again only when that part is another. */
export function useAwsAuths<T>(select: (state: AwsAuthsState) => T): T {
  return useStore(useModel().awsAuths.state, select)
}
