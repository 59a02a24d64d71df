/** Writes a kubeconfig and an AWS config into this home. */
export declare function writeExample(home: string, how?: { readonly byHand?: boolean }): void
