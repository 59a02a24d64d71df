import type { Plugin } from 'vite'

export declare const bundledFile: string
export declare const bundledPackages: (folder?: string) => Plugin
export declare const noticesOf: (folders: readonly string[]) => string
