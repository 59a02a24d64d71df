import type { Plugin } from 'vite'

export declare const ascii: Plugin
